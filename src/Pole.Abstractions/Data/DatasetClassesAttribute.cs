namespace Pole;

/// <summary>The foreground classes of a data set, readable at build time: the spec compiler checks each corpus against them.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DatasetClassesAttribute(params string[] classes) : Attribute
{
    public IReadOnlyList<string> Classes { get; } = classes;
}
