namespace Pole;

/// <summary>A network whose published implementation names weights otherwise; exported files have the published names.</summary>
public interface IPublishedNames
{
    /// <param name="name">Name of a parameter or buffer in this network.</param>
    /// <returns>Its published names. A state dictionary of PyTorch has all of them, other formats the first.</returns>
    IReadOnlyList<string> PublishedNamesOf(string name);
}
