namespace Pole;

/// <summary>Options of a data set that need not have label maps: experiments train and predict on it all the same, and nothing is measured.</summary>
public interface IOptionalLabelMaps
{
    /// <summary>False where no image has a label map.</summary>
    bool HasLabelMaps { get; }
}
