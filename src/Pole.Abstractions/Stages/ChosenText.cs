namespace Pole;

/// <summary>The text that stands for a class in one image, where a class has several.</summary>
/// <param name="Index">Its place among the texts; 0 is the ground-truth name.</param>
/// <param name="Texts">Names or descriptions that it was chosen from.</param>
/// <param name="Scores">What it was chosen by, one a text; empty where nothing was scored.</param>
public sealed record ChosenText(int Index, IReadOnlyList<string> Texts, IReadOnlyList<double> Scores)
{
    /// <summary>The text with the highest score; the first where several have it.</summary>
    public static ChosenText Best(IReadOnlyList<string> texts, IReadOnlyList<double> scores) => new(Enumerable.Range(0, scores.Count).MaxBy(index => scores[index]), texts, scores);
}
