namespace Pole;

/// <summary>What is known of a backbone before it is made, so that a build can tell what does not fit it.</summary>
/// <param name="Stride">Input pixels per feature cell.</param>
/// <param name="HasStages">It is an <see cref="IStagedBackbone"/>.</param>
/// <param name="Normalisation">How it sees pixels.</param>
public sealed record BackboneShape(int Stride, bool HasStages, PixelNormalisation Normalisation)
{
    /// <summary>That which the options of a backbone declare.</summary>
    public static BackboneShape Of(IModuleOptions<Backbone> options) => ((IBackboneShape)options).Shape;
}

/// <summary>Options of a backbone: all of them say its shape.</summary>
public interface IBackboneShape
{
    BackboneShape Shape { get; }
}
