
namespace Pole.Generators.Binding;

/// <summary>A checked value, ready to be written as C#.</summary>
internal abstract record BoundValue;

/// <param name="Code">A C# expression.</param>
internal sealed record BoundLiteral(string Code) : BoundValue;

internal sealed record BoundList(EquatableArray<BoundValue> Items) : BoundValue;

/// <param name="TypeName">C# type of the values.</param>
/// <param name="Entries">By the names of the spec.</param>
internal sealed record BoundMap(string TypeName, EquatableArray<BoundProperty> Entries) : BoundValue;

internal sealed record BoundObject(string TypeName, EquatableArray<BoundProperty> Properties) : BoundValue;

internal sealed record BoundProperty(string Name, BoundValue Value);

/// <summary>A checked experiment.</summary>
/// <param name="Sweep">The spec whose sweep it is a point of.</param>
/// <param name="Origins">Where each given value comes from, one a line: path of keys, file, line, column, separated by tabs.</param>
internal sealed record BoundExperiment(string Name, string? Sweep, BoundObject Root, string Origins);

/// <summary>Result of binding one spec: one experiment, or the points of its sweep.</summary>
/// <param name="Experiments">Without those that a diagnostic is about.</param>
internal sealed record BoundSpec(EquatableArray<BoundExperiment> Experiments, EquatableArray<SpecDiagnostic> Diagnostics);

/// <summary>A checked corpus: per class its names, the ground-truth name first.</summary>
/// <param name="IsUsable">False where its own name is the fault, so that no class can be written for it.</param>
internal sealed record BoundCorpus(string Name, bool IsUsable, EquatableArray<CorpusClass> Classes, EquatableArray<SpecDiagnostic> Diagnostics)
{
    public CorpusClass? Find(string className) => Classes.FirstOrDefault(entry => entry.Class == className);
}

internal sealed record CorpusClass(string Class, EquatableArray<string> Names);

/// <summary>A checked file of classes.</summary>
/// <param name="IsUsable">False where its own name is the fault, so that no class can be written for it.</param>
/// <param name="Corpora">Made of the names that it has.</param>
internal sealed record BoundClassList(string Name, bool IsUsable, EquatableArray<BoundClass> Classes, EquatableArray<BoundCorpus> Corpora, EquatableArray<SpecDiagnostic> Diagnostics);

internal sealed record BoundClass(string Name, string? Color, EquatableArray<BoundClassNames> Lists);

internal sealed record BoundClassNames(string Corpus, CorpusClass Names);
