namespace Pole.Pipeline.Judging;

/// <summary>What a CLIP, an objective and prompts are worth as a judge of CAMs, measured on images with label maps.</summary>
/// <param name="Split">The images' split.</param>
/// <param name="Images">Images that were looked at.</param>
/// <param name="Pairs">Pairs of an image and a class in it.</param>
/// <param name="Criteria">What a judge needs to be able to teach.</param>
/// <param name="Candidates">Masks by the objective, the true mask first; empty for an experiment without objective.</param>
/// <param name="Names">Names that are selected behind masks, the true mask first; empty for an experiment without names to choose from.</param>
public sealed record JudgeReport(string Split, int Images, int Pairs, IReadOnlyList<JudgeCriterion> Criteria, IReadOnlyList<CandidateLoss> Candidates, IReadOnlyList<NameAgreement> Names)
{
    public bool CanTeach => Criteria.All(criterion => criterion.Holds);
}

/// <summary>A question with the answer that is needed.</summary>
/// <param name="Value">Measured.</param>
/// <param name="Bound">What it has to reach, or must not pass.</param>
/// <param name="IsShare">A share of cases, 0…1; a cosine otherwise.</param>
/// <param name="Cases">How many were asked; none means that the images have none.</param>
public sealed record JudgeCriterion(string Question, double Value, double Bound, bool IsLowerBound, bool IsShare, int Cases)
{
    public bool Holds => Cases == 0 || (IsLowerBound ? Value >= Bound : Value <= Bound);
}

/// <summary>The objective at one kind of mask, in the mean over pairs.</summary>
/// <param name="Name">Kind of mask.</param>
/// <param name="Area">Share of the image.</param>
/// <param name="Terms">Weighted, by name.</param>
/// <param name="BelowTruth">Share of pairs in which its total is lower than the true mask's, though it shares less than half with that.</param>
public sealed record CandidateLoss(string Name, double Area, IReadOnlyDictionary<string, double> Terms, double Total, double BelowTruth);

/// <summary>What is selected where images are masked so.</summary>
/// <param name="Mask">Kind of mask.</param>
/// <param name="AsAtTruth">Share of pairs with the name that is selected at the true mask.</param>
/// <param name="GroundTruthName">Share of pairs with the ground-truth name.</param>
public sealed record NameAgreement(string Mask, double AsAtTruth, double GroundTruthName);
