using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pole.Pipeline.Training;

/// <summary>The name chosen for one class of one image.</summary>
/// <param name="Index">Its place in the corpus; 0 is the ground-truth name.</param>
/// <param name="Names">The names that it was chosen from.</param>
/// <param name="Scores">softmax of 100 · cosine, one per name; empty where a published selection gives none.</param>
public sealed record PromptChoice(string Image, int Class, string ClassName, int Index, string Name, IReadOnlyList<string> Names, IReadOnlyList<double> Scores);

/// <summary>The chosen names of a set of images. Where nothing was chosen, the ground-truth name stands.</summary>
public sealed class PromptChoices(IReadOnlyList<PromptChoice> choices)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = false, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    private readonly Dictionary<(string, int), int> indices = choices.ToDictionary(choice => (choice.Image, choice.Class), choice => choice.Index);

    public static PromptChoices GroundTruthOnly { get; } = new([]);

    public IReadOnlyList<PromptChoice> All => choices;

    /// <exception cref="ExperimentException">The file is missing or is not a selection.</exception>
    public static PromptChoices Read(string path)
    {
        try
        {
            return new PromptChoices(JsonSerializer.Deserialize<List<PromptChoice>>(File.ReadAllText(path), Format) ?? []);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            throw new ExperimentException($"{path}: cannot be read as a selection: {exception.Message}", exception);
        }
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(choices, Format));

    /// <summary>One line per image, class and name, with the score and whether the name was chosen.</summary>
    public void WriteCsv(string path)
    {
        var text = new StringBuilder("image,class,name,score,chosen\n");
        foreach (var choice in choices)
            for (var name = 0; name < choice.Names.Count; name++)
                text.Append(CultureInfo.InvariantCulture, $"{Field(choice.Image)},{Field(choice.ClassName)},{Field(choice.Names[name])},{(name < choice.Scores.Count ? choice.Scores[name] : "")},{(name == choice.Index ? 1 : 0)}\n");
        File.WriteAllText(path, text.ToString());
    }

    public int IndexOf(string image, int classIndex) => indices.GetValueOrDefault((image, classIndex));

    /// <summary>Share of the images with a class in which its ground-truth name was chosen (the paper's Figure 4), 0…1 by class; classes without images are left out.</summary>
    public IReadOnlyDictionary<int, double> GroundTruthShare() =>
        choices.GroupBy(choice => choice.Class).ToDictionary(group => group.Key, group => group.Average(choice => choice.Index == 0 ? 1.0 : 0.0));

    private static string Field(string text) => text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
