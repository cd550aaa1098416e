namespace Pole.Specs.Diagnostics;

/// <summary>The ids of everything that can be wrong with a spec; docs/diagnostics.md has a page on each.</summary>
public static class RuleIds
{
    public const string YamlSyntax = "POLE0001";
    public const string UnknownKey = "POLE0002";
    public const string WrongType = "POLE0003";
    public const string OutOfRange = "POLE0004";
    public const string UnknownModule = "POLE0005";
    public const string MissingKey = "POLE0006";
    public const string BaseNotFound = "POLE0007";
    public const string ExtendsCycle = "POLE0008";
    public const string DuplicateName = "POLE0009";
    public const string CorpusWithoutClass = "POLE0010";
    public const string TooFewNames = "POLE0011";
    public const string UnknownCorpus = "POLE0012";
    public const string UnknownExperiment = "POLE0013";
    public const string DuplicateKey = "POLE0014";
    public const string KeyWithoutPartner = "POLE0015";
    public const string DuplicateModule = "POLE0016";
    public const string UnusableName = "POLE0017";
    public const string ContradictoryKeys = "POLE0018";
    public const string Reference = "POLE0019";
    public const string MisplacedTag = "POLE0020";
    public const string Sweep = "POLE0021";
    public const string RedundantOverride = "POLE0022";
    public const string UnusedBase = "POLE0023";
    public const string DeprecatedKey = "POLE0024";
    public const string OtherEnding = "POLE0029";

    // Found by the compiled experiments themselves, after the compilation.
    public const string Conflict = "POLE0025";
    public const string EqualFingerprints = "POLE0026";
    public const string StaleLock = "POLE0027";
    public const string StaleSchema = "POLE0028";
}
