namespace Pole;

/// <summary>Sentences about classes (a YAML or JSON file under <c>experiments/descriptions</c>): whole texts, around which no template is put.</summary>
public sealed record Descriptions
{
    /// <summary>Of the file.</summary>
    [PresentationOnly] public required string Name { get; init; }

    /// <summary>By class.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Sentences { get; init; }

    /// <summary>Whether a sentence is among those about a class, whatever its case.</summary>
    public bool Has(string className, string sentence) => Sentences.TryGetValue(className, out var sentences) && sentences.Contains(sentence, StringComparer.OrdinalIgnoreCase);
}
