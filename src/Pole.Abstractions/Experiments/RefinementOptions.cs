using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>
/// From CAMs to pseudo-masks: affinities that are learned from confident labels, and steps, the last of which gives the masks. The defaults are IRNet's (Ahn, Cho, Kwak 2019) with CLIMS's
/// background.
/// </summary>
public sealed record RefinementOptions : ICrossChecked
{
    /// <summary>CAM score above which a pixel is confidently foreground.</summary>
    [Range(0.0, 1.0)] public double Foreground { get; init; } = 0.3;

    /// <summary>CAM score below which a pixel is confidently background.</summary>
    [Range(0.0, 1.0)] public double Background { get; init; } = 0.1;

    /// <summary>
    /// AffinityNet's confident foreground instead (jiwoon-ahn/psa, infer_cls.py, low_alpha; 4 there): where the CRF, given the CAMs and a background score of (1 − the strongest CAM) to this
    /// power, finds a class.
    /// </summary>
    [Range(0.1, 1000.0), TogetherWith(nameof(BackgroundAlpha)), MutuallyExclusiveWith(nameof(Foreground))] public double? ForegroundAlpha { get; init; }

    /// <summary>AffinityNet's confident background instead (high_alpha; 32 there): where the CRF finds the background although its score has this power.</summary>
    [Range(0.1, 1000.0), MutuallyExclusiveWith(nameof(Background))] public double? BackgroundAlpha { get; init; }

    /// <summary>The CRF of the confident labels.</summary>
    public DenseCrfOptions Crf { get; init; } = new();

    /// <summary>What learns from confident labels which cells belong together. Left out: no affinities are learned.</summary>
    public IModuleOptions<AffinityModel, Backbone>? Affinity { get; init; }

    /// <summary>What it stands on. Left out: the CAM network's backbone, as it was trained.</summary>
    public IModuleOptions<Backbone>? Backbone { get; init; }

    /// <summary>Training of the affinities; the head is the displacement branch, or AffinityNet's own layers.</summary>
    [TogetherWith(nameof(Affinity))] public TrainingOptions? Training { get; init; }

    /// <summary>What is done to the CAMs, one after the other, each measured under its own name. Left out: <c>random-walk</c> alone.</summary>
    [Length(1, 16)] public IReadOnlyList<IModuleOptions<RefinementStep, RefinementBase>>? Steps { get; init; }

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (Training is { } training && training.WithoutOptimizer($"{path}.training") is { } undecided) yield return undecided;
        if (Background > Foreground) yield return new SpecConflict($"{path}.background", $"a CAM below {Background} is confidently background and one above {Foreground} confidently foreground: background must not be above foreground");
        if (BackgroundAlpha < ForegroundAlpha) yield return new SpecConflict($"{path}.background-alpha", $"a higher power gives the background a lower score: confident background needs a power not below that of confident foreground, which is {ForegroundAlpha}");
        foreach (var (index, step) in (Steps ?? []).Index().Skip(1))
            if (step is IStartsFromCams { StartsFromCams: true } first)
                yield return new SpecConflict($"{path}.steps[{index}]{(first.StartingKey is { } key ? $".{key}" : "")}", $"{PoleModuleAttribute.NameOf(step)} begins with the CAMs, so that what the steps before it give would be lost: put it first{(first.StartingKey is { } left ? $", or leave {left} out" : "")}");
        foreach (var (index, step) in (Steps ?? []).Index().SkipLast(1))
            if (step is ILeavesPixelsOut { LeavingKey: { } leaving })
                yield return new SpecConflict($"{path}.steps[{index}].{leaving}", $"{PoleModuleAttribute.NameOf(Steps![index + 1])} after it would relabel the pixels that are ignored here: set it on the last step");
        if (Affinity is not null)
        {
            if (Steps is not null && !Steps.Any(step => step is INeedsAffinities)) yield return new SpecConflict($"{path}.affinity", "no step uses the affinities: add random-walk to steps, or remove affinity and training, with ~ where a base sets them");
            yield break;
        }

        foreach (var (index, step) in (Steps ?? []).Index().Where(step => step.Item is INeedsAffinities))
            yield return new SpecConflict($"{path}.steps[{index}]", $"{PoleModuleAttribute.NameOf(step)} goes along affinities: give {path}.affinity and {path}.training, or leave the step out");
        if (Steps is null) yield return new SpecConflict(path, "the random walk goes along affinities: give affinity and training, or steps that need none");
        if (Backbone is not null) yield return new SpecConflict($"{path}.backbone", "nothing stands on it: give affinity and training, or leave it out");
    }
}
