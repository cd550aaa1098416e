using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>What the CAM network is trained by with CLIP as the judge: the weighted sum of terms.</summary>
public sealed record ObjectiveOptions : ICrossChecked
{
    /// <summary>The terms. Those of CLIMS are <c>otm</c>, <c>btm</c>, <c>cbs</c> and <c>reg</c>.</summary>
    [Length(1, 64)] public required IReadOnlyList<IModuleOptions<ObjectiveTerm>> Terms { get; init; }

    /// <summary>P is the min-max normalisation of the rectified maps, and this is added to their range in its denominator (SemPLeS, Lin et al. 2025: 0.1 for the network, 1e-4 for prompts). Left out: P is the sigmoid of the maps (CLIMS).</summary>
    [Range(1e-12, 1e6)] public double? MinMaxConstant { get; init; }

    /// <summary>Whether a term reads background prompts that a stage learns.</summary>
    public bool ReadsLearntBackgrounds => Terms.Any(term => term is IReadsLearntBackgrounds);

    /// <summary>The same before background prompts are learnt: without the terms that read them.</summary>
    public ObjectiveOptions WithoutLearntBackgrounds => this with { Terms = [.. Terms.Where(term => term is not IReadsLearntBackgrounds)] };

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        foreach (var (index, name) in Terms.Select(NameOf).Index())
            if (Terms.Take(index).Any(earlier => NameOf(earlier) == name)) yield return new SpecConflict($"{path}.terms[{index}]", $"the term '{name}' is given twice: leave one out, and give the other the sum of the weights");
        if ((experiment.Stages ?? []).Any(stage => stage is ILearnsBackgrounds)) yield break;
        foreach (var (index, term) in Terms.Index().Where(term => term.Item is IReadsLearntBackgrounds))
            yield return new SpecConflict($"{path}.terms[{index}]", $"the term '{NameOf(term)}' reads a learnt background prompt of each class, and no stage learns them: give stages segment-label-matching and background-prompts, or leave the term out");
    }

    /// <summary>Name of a term in specs and measurements.</summary>
    public static string NameOf(IModuleOptions<ObjectiveTerm> term) => PoleModuleAttribute.NameOf(term) ?? term.GetType().Name;
}
