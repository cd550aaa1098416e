namespace Pole;

/// <summary>A prompt learner whose text of a class is a weighted sum of its name and of sentences, normalised at the end.</summary>
public interface IWeighsDescriptions
{
    /// <param name="classIndex">0-based.</param>
    TextWeights WeightsOf(int classIndex);
}

/// <summary>What the text of a class is made of; all weights add up to 1.</summary>
/// <param name="Name">Of the class name.</param>
/// <param name="Sentences">Of each sentence about the class.</param>
/// <param name="Others">Of the sentences about other classes together.</param>
public sealed record TextWeights(double Name, IReadOnlyList<double> Sentences, double Others)
{
    /// <summary>Sentences of one class that count alike.</summary>
    /// <param name="name">Of the class name, 0…1.</param>
    public static TextWeights Even(double name, int sentences) => new(name, [.. Enumerable.Repeat((1 - name) / sentences, sentences)], 0);
}
