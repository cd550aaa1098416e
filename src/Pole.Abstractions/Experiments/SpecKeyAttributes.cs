namespace Pole;

/// <summary>A spec key that means nothing, or is needed, depending on another: it must be given exactly when that one is.</summary>
/// <param name="property">Name of the other property of the same record.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TogetherWithAttribute(string property) : Attribute
{
    public string Property { get; } = property;
}

/// <summary>A spec key that says in another way what another key says: exactly one of the two must be given.</summary>
/// <param name="property">Name of the other property of the same record.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExactlyOneOfAttribute(string property) : Attribute
{
    public string Property { get; } = property;
}

/// <summary>A spec key that contradicts another: at most one of the two may be given.</summary>
/// <param name="property">Name of the other property of the same record.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MutuallyExclusiveWithAttribute(string property) : Attribute
{
    public string Property { get; } = property;
}

/// <summary>A deprecated name of a key: still read, with a warning that says the new one.</summary>
/// <param name="key">As it was in YAML: <c>background-score</c>.</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class FormerKeyAttribute(string key) : Attribute
{
    public string Key { get; } = key;
}

/// <summary>A list of names of other experiments; an unknown one is a compile error.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExperimentReferencesAttribute : Attribute;

/// <summary>A setting that changes what is shown, not what is computed: left out of fingerprints and stage keys.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PresentationOnlyAttribute : Attribute;

/// <summary>Filled by the spec compiler; not a key.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilledByCompilerAttribute : Attribute;

/// <summary>A number of names per class, or a map from classes to such numbers, which are exceptions: the corpus must have as many for every class of the data set.</summary>
/// <param name="corpusProperty">Name of the property of the same record that holds the corpus.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NamesOfAttribute(string corpusProperty) : Attribute
{
    public string CorpusProperty { get; } = corpusProperty;
}
