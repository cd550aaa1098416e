using System.Text.Json;

namespace Pole.Pipeline.Training;

/// <summary>The name chosen for one class of one image.</summary>
/// <param name="Index">Its place in the corpus; 0 is the ground-truth name.</param>
/// <param name="Scores">softmax of 100 · cosine, one per name.</param>
public sealed record PromptChoice(string Image, int Class, int Index, string Name, IReadOnlyList<double> Scores);

/// <summary>The chosen names of a training split. Where nothing was chosen, the ground-truth name stands.</summary>
public sealed class PromptChoices(IReadOnlyList<PromptChoice> choices)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = false, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    private readonly Dictionary<(string, int), int> indices = choices.ToDictionary(choice => (choice.Image, choice.Class), choice => choice.Index);

    public static PromptChoices GroundTruthOnly { get; } = new([]);

    public IReadOnlyList<PromptChoice> All => choices;

    public static PromptChoices Read(string path) => new(JsonSerializer.Deserialize<List<PromptChoice>>(File.ReadAllText(path), Format)!);

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(choices, Format));

    public int IndexOf(string image, int classIndex) => indices.GetValueOrDefault((image, classIndex));

    /// <summary>Share of the images with a class in which its ground-truth name was chosen (the paper's Figure 4), 0…1 by class; classes without images are left out.</summary>
    public IReadOnlyDictionary<int, double> GroundTruthShare() =>
        choices.GroupBy(choice => choice.Class).ToDictionary(group => group.Key, group => group.Average(choice => choice.Index == 0 ? 1.0 : 0.0));
}
