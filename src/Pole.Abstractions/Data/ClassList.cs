namespace Pole;

/// <summary>The foreground classes of a data set of one's own (a YAML file under <c>experiments/datasets</c>), with what a reader of its tables and pictures sees of them.</summary>
public sealed record ClassList
{
    /// <summary>Of the file.</summary>
    [PresentationOnly] public required string Name { get; init; }

    /// <summary>In label order: class k is label k + 1.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Colours of classes in pictures, <c>#rrggbb</c>; a class without one has that of the VOC palette.</summary>
    [PresentationOnly] public IReadOnlyDictionary<string, string> Colors { get; init; } = new Dictionary<string, string>();
}
