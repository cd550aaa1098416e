namespace Pole.Generators.Binding;

/// <summary>Bases that no experiment extends or includes, near or far.</summary>
internal static class UnusedBases
{
    public static IEnumerable<SpecDiagnostic> Find(SpecSet specs, IReadOnlyList<SpecChain> chains)
    {
        // A base whose name is misspelt, or in a file that cannot be read, is not unused: that fault is reported where it is.
        if (chains.Any(chain => chain.Candidates.Count > 0 || chain.Others.Append(chain.File).Any(file => file.Diagnostics.Count > 0))) return [];
        var used = new HashSet<string>(chains.SelectMany(chain => chain.Others).Select(file => file.Path));
        return specs.Files.Where(file => file.Kind == SpecKind.Base && !used.Contains(file.Path))
            .Select(file => new SpecDiagnostic(SpecRules.UnusedBase, SourceSpan.StartOf(file.Path), $"no experiment extends or includes {file.Name}.yaml: delete it, or extend it"));
    }
}
