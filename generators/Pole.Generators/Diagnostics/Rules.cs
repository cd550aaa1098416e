using Microsoft.CodeAnalysis;

namespace Pole.Generators.Diagnostics;

/// <summary>Everything the spec compiler can object to. The message is written where the fault is found, with its remedy.</summary>
internal static class Rules
{
    public const string Category = "Pole.Specs";

    public static readonly DiagnosticDescriptor YamlSyntax = new("POLE0001", "YAML cannot be read", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor UnknownKey = new("POLE0002", "Unknown key", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor WrongType = new("POLE0003", "Wrong type", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor OutOfRange = new("POLE0004", "Value out of range", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor UnknownModule = new("POLE0005", "Unknown module", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor MissingKey = new("POLE0006", "Missing key", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor BaseNotFound = new("POLE0007", "Base not found", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor ExtendsCycle = new("POLE0008", "Spec extends itself", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor DuplicateName = new("POLE0009", "Duplicate experiment or corpus name", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor CorpusWithoutClass = new("POLE0010", "Corpus without a class", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor TooFewNames = new("POLE0011", "More synonyms than the corpus has", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor UnknownCorpus = new("POLE0012", "Unknown corpus", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor UnknownExperiment = new("POLE0013", "Unknown experiment", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor DuplicateKey = new("POLE0014", "Duplicate key", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor KeyWithoutPartner = new("POLE0015", "Key without the key it belongs to", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor DuplicateModule = new("POLE0016", "Duplicate module name", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor UnusableName = new("POLE0017", "File name cannot name an experiment", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor ContradictoryKeys = new("POLE0018", "Contradictory keys", "{0}", Category, DiagnosticSeverity.Error, true);

    private static readonly Dictionary<string, DiagnosticDescriptor> All = new[]
    {
        YamlSyntax, UnknownKey, WrongType, OutOfRange, UnknownModule, MissingKey, BaseNotFound, ExtendsCycle, DuplicateName, CorpusWithoutClass,
        TooFewNames, UnknownCorpus, UnknownExperiment, DuplicateKey, KeyWithoutPartner, DuplicateModule, UnusableName, ContradictoryKeys,
    }.ToDictionary(rule => rule.Id);

    public static DiagnosticDescriptor ById(string id) => All[id];
}
