using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Adaptors;

/// <summary>Residual bottleneck on embeddings (CLIP-Adapter, Gao et al. 2021), with a mixing ratio that is fixed or learnable.</summary>
[PoleModule("residual")]
public sealed record ResidualAdaptorOptions : IModuleOptions<Adaptor, ClipModel>, ICrossChecked
{
    /// <summary>Share of the adapted embedding in the mix with the original, at the start where it is learnable; a fixed 0 is exactly off.</summary>
    [Range(0.0, 1.0)] public double Ratio { get; init; } = 0.2;

    /// <summary>Makes the ratio a parameter: <c>sigmoid</c> keeps it between 0 and 1, <c>direct</c> does not. Left out: it is fixed.</summary>
    public LearnableRatio? LearnableRatio { get; init; }

    /// <summary>Width of the embedding over width of the bottleneck.</summary>
    [Range(1, 64)] public int Reduction { get; init; } = 4;

    public Adaptor Create(ClipModel below, ModuleContext context) => new ResidualAdaptor(below.EmbeddingSize, Ratio, Reduction, LearnableRatio);

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (experiment.Clip is { } clip && ClipShape.Of(clip).EmbeddingSize is var size && Reduction > size)
            yield return new SpecConflict($"{path}.reduction", $"the adaptor's bottleneck would have no width: the embedding dimension of the clip is {size}, and reduction is {Reduction}");
        if (LearnableRatio == Adaptors.LearnableRatio.Sigmoid && Ratio is 0 or 1)
            yield return new SpecConflict($"{path}.ratio", $"a sigmoid never reaches {Ratio}: let a learnable ratio start above 0 and below 1");
    }
}

/// <summary>Parametrisation of a learnable mixing ratio.</summary>
public enum LearnableRatio
{
    /// <summary>The ratio is sigmoid(θ).</summary>
    Sigmoid,

    /// <summary>The ratio is θ itself.</summary>
    Direct,
}
