using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pole.Pipeline.Training;

/// <summary>The name chosen for one class of one image.</summary>
/// <param name="Index">Its place in the corpus; 0 is the ground-truth name.</param>
/// <param name="Names">The names that it was chosen from.</param>
/// <param name="Scores">softmax of 100 · cosine, one per name, or of an oracle the IoU; empty where nothing was scored.</param>
public sealed record PromptChoice(string Image, int Class, string ClassName, int Index, string Name, IReadOnlyList<string> Names, IReadOnlyList<double> Scores)
{
    /// <summary>Decimal places of stored scores.</summary>
    internal const int ScoreDigits = 6;

    /// <summary>Names to choose from; until a rule has chosen, the ground-truth name stands.</summary>
    public static PromptChoice Candidates(string image, int index, string className, IReadOnlyList<string> names, IReadOnlyList<double> scores) => new(image, index, className, 0, names[0], names, scores);

    /// <summary>What a source of CAMs chose.</summary>
    public static PromptChoice Of(string image, int index, string className, ChosenText text) => new(image, index, className, text.Index, text.Texts[text.Index], text.Texts, [.. text.Scores.Select(score => Math.Round(score, ScoreDigits))]);
}

/// <summary>The chosen names of a set of images. Where nothing was chosen, the ground-truth name stands.</summary>
public sealed class PromptChoices(IReadOnlyList<PromptChoice> choices)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = false, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly Dictionary<(string, int), int> indices = choices.ToDictionary(choice => (choice.Image, choice.Class), choice => choice.Index);

    public static PromptChoices GroundTruthOnly { get; } = new([]);

    public IReadOnlyList<PromptChoice> All => choices;

    /// <summary>What a rule chooses among candidates.</summary>
    public static PromptChoices By(ISelectionRule rule, IReadOnlyList<PromptChoice> candidates)
    {
        var chosen = rule.Choose([.. candidates.Select(candidate => new NameCandidates(candidate.Image, candidate.Class, candidate.Names, candidate.Scores))]);
        if (chosen.Count != candidates.Count) throw new InvalidOperationException($"{rule.GetType().Name} chooses {chosen.Count} names for {candidates.Count} classes of images");
        if (candidates.Zip(chosen).FirstOrDefault(pair => pair.Second < 0 || pair.Second >= pair.First.Names.Count) is (not null, var place) outside)
            throw new InvalidOperationException($"{rule.GetType().Name} chooses name {place} of {outside.First.Names.Count} for class '{outside.First.ClassName}' of image '{outside.First.Image}'");
        return new PromptChoices([.. candidates.Zip(chosen, (candidate, index) => candidate with { Index = index, Name = candidate.Names[index], Scores = [.. candidate.Scores.Select(score => Math.Round(score, PromptChoice.ScoreDigits))] })]);
    }

    /// <exception cref="ExperimentException">The file is missing or is not a selection.</exception>
    public static PromptChoices Read(string path) => InputFile.Read(path, "a selection", "write it again with pole select", () => Checked(JsonSerializer.Deserialize<List<PromptChoice>>(TextFile.Read(path), Format) ?? []));

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(choices, Format));

    /// <summary>One line per image, class and name, with the score and whether the name was chosen.</summary>
    public void WriteCsv(string path)
    {
        var text = new StringBuilder(CsvText.Line("image", "class", "name", "score", "chosen"));
        foreach (var choice in choices)
            for (var name = 0; name < choice.Names.Count; name++)
                text.Append(CsvText.Line(choice.Image, choice.ClassName, choice.Names[name], name < choice.Scores.Count ? choice.Scores[name].ToString(CultureInfo.InvariantCulture) : "", name == choice.Index ? "1" : "0"));
        File.WriteAllText(path, text.ToString());
    }

    public int IndexOf(string image, int classIndex) => indices.GetValueOrDefault((image, classIndex));

    /// <summary>Share of the images with a class in which its ground-truth name was chosen (the paper's Figure 4), 0…1 by class; classes without images are left out.</summary>
    public IReadOnlyDictionary<int, double> GroundTruthShare() =>
        choices.GroupBy(choice => choice.Class).ToDictionary(group => group.Key, group => group.Average(choice => choice.Index == 0 ? 1.0 : 0.0));

    private static PromptChoices Checked(IReadOnlyList<PromptChoice> choices)
    {
        foreach (var choice in choices)
        {
            if (choice is null) throw new InvalidDataException("it has null in the place of a choice");
            if (choice.Names.Any(name => name is null) || choice.Index < 0 || choice.Index >= choice.Names.Count) throw new InvalidDataException($"the choice of image '{choice.Image}' is number {choice.Index} of {choice.Names.Count} names");
        }

        if (choices.GroupBy(choice => (choice.Image, choice.Class)).FirstOrDefault(group => group.Count() > 1) is { Key: var twice }) throw new InvalidDataException($"image '{twice.Image}' has two choices of class {twice.Class}");
        return new PromptChoices(choices);
    }
}
