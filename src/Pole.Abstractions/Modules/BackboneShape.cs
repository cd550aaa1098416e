namespace Pole;

/// <summary>What is known of a backbone before it is made, so that a build can tell what does not fit it.</summary>
/// <param name="Stride">Input pixels per feature cell.</param>
/// <param name="HasStages">It is an <see cref="IStagedBackbone"/>.</param>
/// <param name="Normalisation">How it sees pixels.</param>
public sealed record BackboneShape(int Stride, bool HasStages, PixelNormalisation Normalisation);

/// <summary>Options of a backbone that says its shape.</summary>
public interface IBackboneShape
{
    BackboneShape Shape { get; }
}
