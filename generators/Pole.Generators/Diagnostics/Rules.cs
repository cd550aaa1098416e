using Microsoft.CodeAnalysis;

namespace Pole.Generators.Diagnostics;

/// <summary>Everything the spec compiler can object to. The message is written where the fault is found, with its remedy.</summary>
internal static class Rules
{
    public const string Category = "Pole.Specs";

    public static readonly DiagnosticDescriptor YamlSyntax = new(RuleIds.YamlSyntax, "YAML cannot be read", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor UnknownKey = new(RuleIds.UnknownKey, "Unknown key", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor WrongType = new(RuleIds.WrongType, "Wrong type", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor OutOfRange = new(RuleIds.OutOfRange, "Value out of range", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor UnknownModule = new(RuleIds.UnknownModule, "Unknown module", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor MissingKey = new(RuleIds.MissingKey, "Missing key", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor BaseNotFound = new(RuleIds.BaseNotFound, "Base not found", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor ExtendsCycle = new(RuleIds.ExtendsCycle, "Spec extends itself", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor DuplicateName = new(RuleIds.DuplicateName, "Duplicate experiment or corpus name", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor CorpusWithoutClass = new(RuleIds.CorpusWithoutClass, "Corpus without a class", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor TooFewNames = new(RuleIds.TooFewNames, "More synonyms than the corpus has", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor UnknownCorpus = new(RuleIds.UnknownCorpus, "Unknown corpus", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor UnknownExperiment = new(RuleIds.UnknownExperiment, "Unknown experiment", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor DuplicateKey = new(RuleIds.DuplicateKey, "Duplicate key", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor KeyWithoutPartner = new(RuleIds.KeyWithoutPartner, "Key without the key it belongs to", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor DuplicateModule = new(RuleIds.DuplicateModule, "Duplicate module name", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor UnusableName = new(RuleIds.UnusableName, "File name cannot name an experiment", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor ContradictoryKeys = new(RuleIds.ContradictoryKeys, "Contradictory keys", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor Reference = new(RuleIds.Reference, "Reference to nothing", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor MisplacedTag = new(RuleIds.MisplacedTag, "Tag where it means nothing", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor Sweep = new(RuleIds.Sweep, "Sweep cannot be expanded", "{0}", Category, DiagnosticSeverity.Error, true);
    public static readonly DiagnosticDescriptor RedundantOverride = new(RuleIds.RedundantOverride, "Value is the base's already", "{0}", Category, DiagnosticSeverity.Warning, true);
    public static readonly DiagnosticDescriptor UnusedBase = new(RuleIds.UnusedBase, "Nothing extends or includes the base", "{0}", Category, DiagnosticSeverity.Warning, true);
    public static readonly DiagnosticDescriptor DeprecatedKey = new(RuleIds.DeprecatedKey, "Key of former days", "{0}", Category, DiagnosticSeverity.Warning, true);
    public static readonly DiagnosticDescriptor OtherEnding = new(RuleIds.OtherEnding, "YAML file that is no spec", "{0}", Category, DiagnosticSeverity.Warning, true);

    private static readonly Dictionary<string, DiagnosticDescriptor> All = new[]
    {
        YamlSyntax, UnknownKey, WrongType, OutOfRange, UnknownModule, MissingKey, BaseNotFound, ExtendsCycle, DuplicateName,
        CorpusWithoutClass, TooFewNames, UnknownCorpus, UnknownExperiment, DuplicateKey, KeyWithoutPartner, DuplicateModule, UnusableName,
        ContradictoryKeys, Reference, MisplacedTag, Sweep, RedundantOverride, UnusedBase, DeprecatedKey, OtherEnding,
    }.ToDictionary(rule => rule.Id);

    public static IEnumerable<string> Ids => All.Keys;

    public static DiagnosticDescriptor ById(string id) => All[id];
}
