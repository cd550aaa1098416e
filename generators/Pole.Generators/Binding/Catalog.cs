namespace Pole.Generators.Binding;

internal enum ValueKind
{
    Boolean,
    Integer,
    Number,
    Text,
    Enumeration,
    List,

    /// <summary>Names, each with a value of the element's kind.</summary>
    Map,
    Record,
    Module,
    Corpus,

    /// <summary>The name of a file of classes.</summary>
    ClassList,

    /// <summary>The name of a file of descriptions.</summary>
    Descriptions,
}

/// <summary>What a key's value must be.</summary>
/// <param name="TypeName">Fully qualified C# type: of the enumeration, of the record, or of the module kind.</param>
internal sealed record ValueSchema(ValueKind Kind, string TypeName, ValueSchema? Element, EquatableArray<string> Members);

/// <summary>A property that a spec may set.</summary>
internal sealed record PropertySchema(string Name, string Key, ValueSchema Value, bool IsRequired)
{
    public double? Minimum { get; init; }
    public double? Maximum { get; init; }
    public EquatableArray<string> Allowed { get; init; }
    public string? Pattern { get; init; }

    /// <summary>What a text that does not match is told, with {0} for the key.</summary>
    public string? PatternFault { get; init; }
    public int? MinimumCount { get; init; }
    public int? MaximumCount { get; init; }

    /// <summary>Key that must be given exactly when this one is.</summary>
    public string? TogetherWith { get; init; }

    /// <summary>Key that says the same in another way: exactly one of the two is given.</summary>
    public string? ExactlyOneOf { get; init; }

    /// <summary>Key that contradicts this one.</summary>
    public string? MutuallyExclusiveWith { get; init; }

    /// <summary>Key of the corpus whose names this counts: a number for every class, or a map from classes to numbers.</summary>
    public string? CountsNamesOf { get; init; }

    /// <summary>Names that the key had.</summary>
    public EquatableArray<string> FormerKeys { get; init; }

    public bool RefersToExperiments { get; init; }
}

internal sealed record RecordSchema(string TypeName, EquatableArray<PropertySchema> Properties);

/// <param name="DatasetClasses">Of a data set whose classes its type declares; those of another are in the file that a spec names.</param>
internal sealed record ModuleSchema(string Kind, string Name, string TypeName, EquatableArray<string> DatasetClasses);

/// <summary>The types of a compilation that specs can name, as plain data.</summary>
/// <param name="ExperimentType">Fully qualified type of the root record; empty where the contract is not referenced.</param>
internal sealed record Catalog(string ExperimentType, EquatableArray<RecordSchema> Records, EquatableArray<ModuleSchema> Modules)
{
    /// <summary>With modules of the compilation itself.</summary>
    public Catalog With(IReadOnlyCollection<Catalog> own) => own.Count == 0 ? this : this with
    {
        Records = Records.Concat(own.SelectMany(part => part.Records)).GroupBy(record => record.TypeName).Select(group => group.First()).ToEquatableArray(),
        Modules = Modules.Concat(own.SelectMany(part => part.Modules)).OrderBy(module => module.Kind, StringComparer.Ordinal).ThenBy(module => module.Name, StringComparer.Ordinal).ToEquatableArray(),
    };

    public RecordSchema Record(string typeName) => Records.First(record => record.TypeName == typeName);
}
