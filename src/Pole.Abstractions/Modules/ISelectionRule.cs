namespace Pole;

/// <summary>
/// Selects the name that replaces a class name in the prompt of an image. A rule receives all (image, class) pairs of the training split at once, so that it can
/// select per image, per class or at random.
/// </summary>
public interface ISelectionRule
{
    /// <summary>Whether the rule uses CLIP's scores. If not, the embeddings of image × CAM are not computed.</summary>
    bool ReadsScores => true;

    /// <param name="candidates">One per (image, class) pair, in the order of images, classes ascending within an image.</param>
    /// <returns>Per candidate, the index of the selected name in <see cref="NameCandidates.Names"/>.</returns>
    /// <exception cref="ExperimentException">A file that the rule reads is missing, or has no entry for an image.</exception>
    IReadOnlyList<int> Choose(IReadOnlyList<NameCandidates> candidates);
}

/// <summary>Candidate names of one (image, class) pair.</summary>
/// <param name="Image">Id of the image in its data set.</param>
/// <param name="Class">0-based.</param>
/// <param name="Names">The ground-truth name first.</param>
/// <param name="Scores">softmax of 100 · cosine similarity between image × CAM and each name's prompt, 0…1; empty for rules that do not use scores.</param>
public sealed record NameCandidates(string Image, int Class, IReadOnlyList<string> Names, IReadOnlyList<double> Scores);
