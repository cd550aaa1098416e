using Pole.Specs.Diagnostics;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>
/// Reads specs that have keys at their former paths. Each file is read by itself, before it is laid over its bases: what a later file says holds, whichever of the two paths either has.
/// </summary>
internal static class MovedKeys
{
    private const string SweepKey = "sweep", ModuleNameKey = "name", Loss = "loss", Objective = "objective", Terms = $"{Objective}.terms", Reduction = "adaptor.reduction", Steps = "refinement.steps";

    private static readonly string[] Trainings = ["baseline", "clims", "refinement.training", "segmentation.training"];

    /// <summary>The losses of CLIMS, which a spec with <c>loss</c> had all of.</summary>
    private static readonly string[] LossTerms = ["otm", "btm", "cbs", "reg"];

    /// <summary>The step that a spec without <c>steps</c> has.</summary>
    private static readonly string[] DefaultSteps = ["random-walk"];

    private static readonly IReadOnlyList<MovedKey> All =
    [
        .. LossTerms.Select(term => new MovedKey($"{Loss}.{term}", $"{Terms}.{term}.weight")),
        new($"{Loss}.background-threshold", $"{Terms}.cbs.threshold"),
        new("adaptor.image-ratio", "adaptor.image.ratio", "residual"),
        new("adaptor.text-ratio", "adaptor.text.ratio", "residual"),
        new(Reduction, "adaptor.image.reduction", "residual"),
        new(Reduction, "adaptor.text.reduction", "residual"),
        new("refinement.beta", $"{Steps}.random-walk.beta"),
        new("refinement.doublings", $"{Steps}.random-walk.exp-times"),
        new("refinement.exp-times", $"{Steps}.random-walk.exp-times"),
        new("refinement.walk-background", $"{Steps}.random-walk.background"),
        new("refinement.background-power", $"{Steps}.random-walk.background-power"),
        new("refinement.mask-crf", $"{Steps}.dense-crf"),
        .. Trainings.SelectMany(training => new MovedKey[]
        {
            new($"{training}.classifier-rate", $"{training}.head-lr-multiplier"),
            new($"{training}.momentum", $"{training}.optimizer.momentum", "sgd"),
            new($"{training}.rate-interval", $"{training}.schedule.interval", "poly"),
            new($"{training}.resize-from", $"{training}.augmentation.from", "random-long-side"),
            new($"{training}.resize-to", $"{training}.augmentation.to", "random-long-side"),
            new($"{training}.scale-from", $"{training}.augmentation.from", "random-scale"),
            new($"{training}.scale-to", $"{training}.augmentation.to", "random-scale"),
            new($"{training}.scales", $"{training}.augmentation.factors", "random-scale"),
        }),
    ];

    /// <summary>The path of today; null for one that has not moved.</summary>
    public static string? PathOf(string former) => KeyOf(former) is { } key ? key.To + former.Substring(key.From.Length) : former == Loss ? Terms : null;

    /// <summary>The key that a path is, or is below.</summary>
    private static MovedKey? KeyOf(string path) => All.FirstOrDefault(key => key.From == path) ?? All.FirstOrDefault(key => path.StartsWith($"{key.From}.", StringComparison.Ordinal));

    /// <summary>One file with its values, sweeps and references at the paths of today.</summary>
    /// <param name="own">Without <c>extends</c>.</param>
    /// <param name="hasBase">A file without one that gives <c>loss</c> has the terms that <c>loss</c> had by default.</param>
    public static YamlMap Apply(YamlMap own, bool hasBase, List<SpecDiagnostic> diagnostics)
    {
        var result = (YamlMap)WithReferences(own);
        if (own.Find(Loss) is { } loss) result = MoveSection(result, loss, hasBase, diagnostics);
        foreach (var key in All)
            if (SpecPath.FindEntry(own, key.From) is { } step) result = WithSteps(result, key, step.KeySpan);
        var moved = new HashSet<string>();
        // A range of scales took the place of the long side.
        var scaled = Trainings.Where(training => All.Any(key => key.Module == "random-scale" && key.From.StartsWith($"{training}.", StringComparison.Ordinal) && Given(own, key.From) is not null)).ToList();
        foreach (var key in All)
        {
            if (SpecPath.FindEntry(own, key.From) is not { } former || (key.From == Reduction && Given(own, $"{ParentOf(key.To)}-ratio") is null)) continue;
            if (key.Module != "random-long-side" || !scaled.Any(training => key.From.StartsWith($"{training}.", StringComparison.Ordinal))) result = Move(own, result, SpecPath.FindEntry(result, key.From)?.Value ?? former.Value, former, key, diagnostics);
            moved.Add(key.From);
        }

        foreach (var path in moved) result = SpecPath.Remove(result, path);
        if (own.Find(Loss) is not null) result = SpecPath.Remove(result, Loss);
        return result.Find(SweepKey)?.Value is YamlMap sweep ? WithSweep(result, sweep, diagnostics) : result;
    }

    /// <summary>Lists of modules whose bases give none, where former keys named options of some.</summary>
    public static YamlMap Complete(YamlMap root, List<SpecDiagnostic> diagnostics) => new[] { Terms, Steps }.Aggregate(root, (result, list) =>
        SpecPath.Find(result, list) is YamlMap { IsImplied: true } modules ? SpecPath.Set(result, list, SpecMerge.Complete(modules, diagnostics)) : result);

    /// <summary>How a spec that has no list of steps says it.</summary>
    private static string OfStep(MovedKey key) => !key.To.StartsWith($"{Steps}.", StringComparison.Ordinal) ? ""
        : key.To.Split('.') is [_, _, var module, var option] ? $": steps: [{{ name: {module}, {option}: … }}]" : $": steps: [{DefaultSteps[0]}, {{ name: {key.To.Substring(Steps.Length + 1)}, … }}]";

    /// <summary>With a place for an option of a step, where the file has none.</summary>
    private static YamlMap WithSteps(YamlMap result, MovedKey key, SourceSpan span) =>
        key.To.StartsWith($"{Steps}.", StringComparison.Ordinal) && SpecPath.Find(result, Steps) is null ? SpecPath.Set(result, Steps, Implied(span, DefaultSteps)) : result;

    private static YamlMap Move(YamlMap own, YamlMap result, YamlNode value, YamlEntry former, MovedKey key, List<SpecDiagnostic> diagnostics)
    {
        if (key.To.StartsWith($"{Steps}.", StringComparison.Ordinal) && SpecPath.FindEntry(own, Steps) is { Value: not YamlMap })
            diagnostics.Add(new SpecDiagnostic(SpecRules.ContradictoryKeys, former.KeySpan, $"'{key.From}' is the former path of '{key.To}', and this spec gives '{Steps}' too: give '{Steps}' alone"));
        else if (All.TakeWhile(other => other != key).FirstOrDefault(other => other.To == key.To && other.Module == key.Module && SpecPath.FindEntry(own, other.From) is not null) is { } same)
            diagnostics.Add(new SpecDiagnostic(SpecRules.ContradictoryKeys, former.KeySpan, $"'{key.From}' and '{same.From}' are both former paths of '{key.To}': give '{key.To}' alone"));
        else if (value is YamlMap options && key.To.StartsWith($"{Steps}.", StringComparison.Ordinal) && options.Find(ModuleNameKey) is { } name)
            diagnostics.Add(new SpecDiagnostic(SpecRules.UnknownKey, name.KeySpan, $"unknown key '{ModuleNameKey}' in '{key.From}', which has moved to '{key.To}'"));
        else if (SpecPath.Find(own, key.To) is not null)
            diagnostics.Add(new SpecDiagnostic(SpecRules.ContradictoryKeys, former.KeySpan, $"'{key.From}' is the former path of '{key.To}', which this spec gives too: give '{key.To}' alone"));
        else diagnostics.Add(new SpecDiagnostic(SpecRules.DeprecatedKey, former.KeySpan, $"'{key.From}' has moved to '{key.To}'{OfStep(key)}"));
        return key.Module is not null && value is YamlScalar { IsNull: true } nothing
            ? SpecPath.Find(result, ParentOf(key.To)) is null ? SpecPath.Set(result, ParentOf(key.To), nothing) : result
            : SpecPath.Set(Named(result, key, former.KeySpan), key.To, value);
    }

    /// <summary>With the name of the module that the value is an option of.</summary>
    private static YamlMap Named(YamlMap result, MovedKey key, SourceSpan span) =>
        key.Module is { } module && (SpecPath.Find(result, ParentOf(key.To)) is not { } present || SpecPath.ModuleOf(present) is null)
            ? SpecPath.Set(result, $"{ParentOf(key.To)}.{ModuleNameKey}", new YamlScalar(span, module, IsQuoted: false) { IsImplied = true }) : result;

    private static YamlMap MoveSection(YamlMap result, YamlEntry loss, bool hasBase, List<SpecDiagnostic> diagnostics)
    {
        switch (loss.Value)
        {
            case YamlScalar { IsNull: true } nothing:
                diagnostics.Add(new SpecDiagnostic(SpecRules.DeprecatedKey, loss.KeySpan, $"'{Loss}' has moved to '{Terms}'"));
                result = SpecPath.Remove(result, Loss);
                return result.Find(Objective) is null ? SpecPath.Set(result, Objective, nothing) : result;
            case YamlMap map:
                foreach (var other in map.Entries.Where(entry => PathOf($"{Loss}.{entry.Key}") is null))
                    diagnostics.Add(new SpecDiagnostic(SpecRules.UnknownKey, other.KeySpan, $"unknown key '{other.Key}' in '{Loss}', which has moved to '{Terms}'{Nearest.Hint(other.Key, LossTerms, "there were")}"));
                if (SpecPath.Find(result, Terms) is not null) return result;
                return SpecPath.Set(result, Terms, hasBase ? Implied(loss.KeySpan, LossTerms) : SpecMerge.ListOf(LossTerms, loss.KeySpan));
            default:
                diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, loss.Value.Span, $"'{Loss}' has moved to '{Terms}', a list of terms such as [{{ name: otm, weight: 10 }}]"));
                return result;
        }
    }

    private static YamlMap WithSweep(YamlMap result, YamlMap sweep, List<SpecDiagnostic> diagnostics)
    {
        var moved = new List<(MovedKey Key, SourceSpan Span)>();
        var axes = Axes(sweep);
        result = result with { Entries = result.Entries.Select(entry => entry.Key == SweepKey ? entry with { Value = axes } : entry).ToEquatableArray() };
        foreach (var twice in axes is YamlMap map ? map.Entries.GroupBy(axis => axis.Key).Where(same => same.Count() > 1) : [])
            diagnostics.Add(new SpecDiagnostic(SpecRules.ContradictoryKeys, twice.Last().KeySpan, $"the sweep has '{twice.Key}' more than once, at its path and at former ones: give it once"));
        foreach (var (key, span) in moved)
        {
            diagnostics.Add(new SpecDiagnostic(SpecRules.DeprecatedKey, span, $"'{key.From}' has moved to '{key.To}'"));
            result = Named(WithSteps(result, key, span), key, span);
        }

        return result;

        YamlNode Axes(YamlNode node) => node switch
        {
            YamlMap map => map with { Entries = map.Entries.Select(entry => KeyOf(entry.Key) is { } key ? Renamed(entry, key) : entry.Key is "zip" or "exclude" or "include" ? entry with { Value = Axes(entry.Value) } : entry).ToEquatableArray() },
            YamlList list => list with { Items = list.Items.Select(Axes).ToEquatableArray() },
            _ => node,
        };

        YamlEntry Renamed(YamlEntry entry, MovedKey key)
        {
            moved.Add((key, entry.KeySpan));
            return entry with { Key = key.To + entry.Key.Substring(key.From.Length) };
        }
    }

    private static YamlNode WithReferences(YamlNode node) => node switch
    {
        YamlMap map => map with { Entries = map.Entries.Select(entry => entry with { Value = WithReferences(entry.Value) }).ToEquatableArray() },
        YamlList list => list with { Items = list.Items.Select(WithReferences).ToEquatableArray() },
        YamlScalar scalar when scalar.Text.StartsWith("${", StringComparison.Ordinal) && scalar.Text.EndsWith("}", StringComparison.Ordinal) && PathOf(scalar.Text.Substring(2, scalar.Text.Length - 3)) is { } path => scalar with { Text = $"${{{path}}}" },
        _ => node,
    };

    private static YamlMap Implied(SourceSpan span, IEnumerable<string> defaults) => new(span, default) { IsImplied = true, Defaults = defaults.ToEquatableArray() };

    private static YamlEntry? Given(YamlMap map, string path) => SpecPath.FindEntry(map, path) is { Value: not YamlScalar { IsNull: true } } entry ? entry : null;

    private static string ParentOf(string path) => path.Substring(0, path.LastIndexOf('.'));
}

/// <summary>A key that has moved.</summary>
/// <param name="From">Its former path.</param>
/// <param name="To">Its path.</param>
/// <param name="Module">The module that it is an option of now; null where it was none's and is none's.</param>
internal sealed record MovedKey(string From, string To, string? Module = null);
