namespace Pole.Pipeline.Trying;

/// <summary>An image, what CLIP sees of it under the maps of prompts, and the prompt that POLE would choose.</summary>
/// <param name="Experiment">Name of the experiment.</param>
/// <param name="Class">The class that the map is of, or whose names were tried; null where neither.</param>
/// <param name="Image">As the networks saw it: a large one is reduced.</param>
/// <param name="Masking">What stands where a map suppresses the image.</param>
/// <param name="Prompts">In the order in which they were given; the first stands for the ground-truth name. Last, where there is one, the class's own text, made of name and descriptions.</param>
/// <param name="Maps">One for each prompt, or one for all, where a network has one for the class. Each <c>[H, W]</c> of the image, rows from the top, 0…1.</param>
/// <param name="Chosen">Of the prompts but a class's own text, the place of that with the highest cosine to image × the first map.</param>
public sealed record TriedPrompts(string Experiment, string? Class, RgbImage Image, Masking Masking, IReadOnlyList<TriedPrompt> Prompts, IReadOnlyList<ReadOnlyMemory<float>> Maps, int Chosen)
{
    private const float Visible = 0.01f;

    public TriedPrompt ChosenPrompt => Prompts[Chosen];

    /// <summary>Whether the map that decides leaves something of the image. Grad-CAM may find nothing for a text; the choice then says nothing about the image.</summary>
    public bool LeavesSomething => Maps[0].Span.ContainsAnyInRange(Visible, float.MaxValue);

    /// <summary>Whether each prompt has a map of its own.</summary>
    public bool HasMapOfPrompt => Prompts[0].OwnCosine is not null;
}

/// <summary>What CLIP makes of one prompt.</summary>
/// <param name="Text">What the cosines are of.</param>
/// <param name="MapText">What the map is of, where each prompt has its own.</param>
/// <param name="Cosine">To image × the map of the first prompt, by which POLE chooses.</param>
/// <param name="Score">softmax over the prompts of 100 · cosine, as a selection records it; null for a class's own text, which nothing chooses.</param>
/// <param name="OwnCosine">To image × the prompt's own map; null where there is one map for all.</param>
/// <param name="Probability">Of the prompt in the whole image, among itself and what it competes with, 0…1; null where there is one map for all.</param>
public sealed record TriedPrompt(string Text, string MapText, double Cosine, double? Score, double? OwnCosine, double? Probability)
{
    /// <summary>Share of the class's own text that this one is, 0…1; null where the text is no sum of names and sentences.</summary>
    public double? Weight { get; init; }
}
