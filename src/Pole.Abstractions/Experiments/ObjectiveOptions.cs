using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>What the CAM network is trained by with CLIP as the judge: the weighted sum of terms.</summary>
public sealed record ObjectiveOptions : ICrossChecked
{
    /// <summary>The terms. Those of CLIMS are <c>otm</c>, <c>btm</c>, <c>cbs</c> and <c>reg</c>.</summary>
    [Length(1, 64)] public required IReadOnlyList<IModuleOptions<ObjectiveTerm>> Terms { get; init; }

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path) =>
        from term in Terms.Index()
        let name = NameOf(term.Item)
        where Terms.Take(term.Index).Any(earlier => NameOf(earlier) == name)
        select new SpecConflict($"{path}.terms[{term.Index}]", $"the term '{name}' is given twice: leave one out, and give the other the sum of the weights");

    /// <summary>Name of a term in specs and measurements.</summary>
    public static string NameOf(IModuleOptions<ObjectiveTerm> term) => PoleModuleAttribute.NameOf(term) ?? term.GetType().Name;
}
