namespace Pole;

/// <summary>Options of a source of CAMs that chooses among a class's names by image × CAM, for which it reads <c>prompt.masking</c> and <c>prompt.selection-template</c>.</summary>
public interface ISelectsNames
{
    /// <summary>Whether it does with these options.</summary>
    bool SelectsNames { get; }
}
