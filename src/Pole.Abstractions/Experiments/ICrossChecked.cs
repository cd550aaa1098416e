namespace Pole;

/// <summary>
/// Options that know what they do not fit. Every build asks them, with the whole experiment, and shows what they say as an error at the YAML's
/// line and column; nothing is trained or loaded for it.
/// </summary>
public interface ICrossChecked
{
    /// <param name="experiment">Every value of it is of the right type and in its range.</param>
    /// <param name="path">Path of keys to these options: <c>refinement.affinity</c>; empty for the experiment itself.</param>
    IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path);
}
