using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Pole.Generators.Binding;
using Pole.Generators.Diagnostics;
using Pole.Generators.Emission;

namespace Pole.Generators;

/// <summary>
/// The spec compiler: YAML files to typed experiments. Each step keeps plain equatable data, no symbol and no syntax, so that
/// editing one spec runs again only what depends on it.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class SpecGenerator : IIncrementalGenerator
{
    /// <summary>Names of the steps, for those who watch what runs again.</summary>
    public const string ReadStep = "Read", ChainStep = "Chain", ComposeStep = "Compose", BindStep = "Bind", CatalogStep = "Catalog", CorpusStep = "Corpus", ClassListStep = "ClassList", DescriptionsStep = "Descriptions";

    private const string KindMetadata = "build_metadata.AdditionalFiles.PoleSpecKind", LengthMetadata = "build_metadata.AdditionalFiles.PoleSpecNameLength";

    /// <summary>Set where specs are compiled, whether there are any yet or not; projects of modules have the generator too.</summary>
    private const string CompilesSpecs = "build_property.PoleCompilesSpecs";

    /// <summary>The kind of a YAML file that looks like a spec and is none.</summary>
    private const string OtherKind = "other";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var texts = context.AdditionalTextsProvider.Combine(context.AnalyzerConfigOptionsProvider);
        var files = texts.Select(static (pair, cancellation) => ReadFile(pair.Left, pair.Right, cancellation)).Where(static file => file is not null).Select(static (file, _) => file!).WithTrackingName(ReadStep);
        var severities = texts.Select(static (pair, _) => ConfiguredSeverity.Read(pair.Left, pair.Right)).Where(static severities => severities.Count > 0).Collect().Select(static (all, _) => all.SelectMany(severity => severity).ToEquatableArray());
        var otherEndings = texts.Select(static (pair, _) => FindOtherEnding(pair.Left, pair.Right)).Where(static diagnostic => diagnostic is not null).Select(static (diagnostic, _) => diagnostic!).Collect();
        var corpusFiles = files.Where(static file => file.Kind == SpecKind.Corpus);
        var specs = files.Where(static file => file.Kind is not (SpecKind.Corpus or SpecKind.Descriptions)).Collect().Select(static (all, _) => new SpecSet(all.ToEquatableArray()));
        var own = context.SyntaxProvider.ForAttributeWithMetadataName("Pole.PoleModuleAttribute", static (node, _) => node is TypeDeclarationSyntax, static (target, _) => CatalogReader.ReadOwn((INamedTypeSymbol)target.TargetSymbol))
            .Where(static part => part is not null).Select(static (part, _) => part!).Collect();
        var catalog = context.CompilationProvider.Select(static (compilation, _) => CatalogReader.Read(compilation)).WithTrackingName(CatalogStep).Combine(own).Select(static (pair, _) => pair.Left.With(pair.Right));

        var chains = files.Where(static file => file.Kind == SpecKind.Experiment).Combine(specs).Select(static (pair, _) => SpecChain.Of(pair.Left, pair.Right)).WithTrackingName(ChainStep);
        var composed = chains.Select(static (chain, _) => SpecComposer.Compose(chain)).WithTrackingName(ComposeStep);
        var names = composed.SelectMany(static (spec, _) => spec.Points.Select(point => SpecName.Of(point, spec.File))).Collect().Select(static (all, _) => new BuildNames(all));
        var classFiles = files.Where(static file => file.Kind == SpecKind.Classes);
        var corpusNames = corpusFiles.Select(static (file, _) => SpecName.Of(file)).Collect().Combine(classFiles.SelectMany(static (file, _) => ClassListBinder.CorpusNames(file)).Collect()).Select(static (all, _) => new BuildNames(all.Left.Concat(all.Right)));
        var classListNames = classFiles.Select(static (file, _) => SpecName.Of(file)).Collect().Select(static (all, _) => new BuildNames(all));
        var classLists = classFiles.Combine(classListNames).Combine(corpusNames).Select(static (input, _) => ClassListBinder.Bind(input.Left.Left, input.Left.Right, input.Right)).WithTrackingName(ClassListStep);
        var allClassLists = classLists.Collect().Select(static (all, _) => all.ToEquatableArray());
        var corpora = corpusFiles.Combine(corpusNames).Select(static (pair, _) => CorpusBinder.Bind(pair.Left, pair.Right)).WithTrackingName(CorpusStep);
        var allCorpora = corpora.Collect().Combine(classLists.SelectMany(static (list, _) => list.Corpora).Collect()).Select(static (all, _) => all.Left.Concat(all.Right).ToEquatableArray());
        var descriptionFiles = files.Where(static file => file.Kind == SpecKind.Descriptions);
        var descriptions = descriptionFiles.Combine(descriptionFiles.Select(static (file, _) => SpecName.Of(file)).Collect().Select(static (all, _) => new BuildNames(all))).Select(static (pair, _) => DescriptionsBinder.Bind(pair.Left, pair.Right)).WithTrackingName(DescriptionsStep);
        var allDescriptions = descriptions.Collect().Select(static (all, _) => all.ToEquatableArray());
        var bound = composed.Combine(catalog).Combine(allCorpora).Combine(allClassLists).Combine(allDescriptions).Combine(names)
            .Select(static (input, _) => SpecBinder.Bind(input.Left.Left.Left.Left.Left, input.Left.Left.Left.Left.Right, [.. input.Left.Left.Left.Right], [.. input.Left.Left.Right], [.. input.Left.Right], input.Right)).WithTrackingName(BindStep);
        var good = bound.SelectMany(static (spec, _) => spec.Experiments);

        context.RegisterSourceOutput(good, static (output, experiment) => output.AddSource($"{experiment.Name}.g.cs", Source(ExperimentEmitter.Emit(experiment))));
        context.RegisterSourceOutput(corpora, static (output, corpus) =>
        {
            if (corpus.IsUsable) output.AddSource($"corpora/{corpus.Name}.g.cs", Source(CorpusEmitter.Emit(corpus)));
        });
        context.RegisterSourceOutput(descriptions, static (output, file) =>
        {
            if (file.IsUsable) output.AddSource($"descriptions/{file.Name}.g.cs", Source(DescriptionsEmitter.Emit(file)));
        });
        context.RegisterSourceOutput(classLists, static (output, list) =>
        {
            if (!list.IsUsable) return;
            output.AddSource($"datasets/{list.Name}.g.cs", Source(ClassListEmitter.Emit(list)));
            foreach (var corpus in list.Corpora) output.AddSource($"corpora/{corpus.Name}.g.cs", Source(CorpusEmitter.Emit(corpus)));
        });
        context.RegisterSourceOutput(good.Select(static (experiment, _) => (experiment.Name, experiment.Sweep)).Collect().Combine(chains.Collect().Select(static (all, _) => all.Length > 0)).Combine(context.AnalyzerConfigOptionsProvider.Select(static (options, _) => options.GlobalOptions.TryGetValue(CompilesSpecs, out var value) && value == "true")), static (output, input) =>
        {
            if (input.Left.Right || input.Right) output.AddSource("CompiledExperiments.g.cs", Source(ExperimentListEmitter.Emit(input.Left.Left)));
        });

        context.RegisterSourceOutput(severities.Combine(specs).Select(static (pair, _) => ConfiguredSeverity.Emit(pair.Left, pair.Right.Files)), static (output, code) =>
        {
            if (code is not null) output.AddSource("Severities.g.cs", Source(code));
        });

        // A fault of a base is found by everything that extends it, and shown once.
        var diagnostics = bound.SelectMany(static (spec, _) => spec.Diagnostics).Collect().Combine(corpora.SelectMany(static (corpus, _) => corpus.Diagnostics).Collect().Combine(descriptions.SelectMany(static (file, _) => file.Diagnostics).Collect()).Select(static (pair, _) => pair.Left.AddRange(pair.Right)).Combine(classLists.SelectMany(static (list, _) => list.Diagnostics).Collect()).Select(static (pair, _) => pair.Left.AddRange(pair.Right)))
            .Combine(specs.Combine(chains.Collect()).Select(static (pair, _) => UnusedBases.Find(pair.Left, [.. pair.Right]).ToEquatableArray()))
            .Combine(otherEndings)
            .Select(static (input, _) => input.Left.Left.Left.Concat(input.Left.Left.Right).Concat(input.Left.Right).Concat(input.Right).Distinct().ToEquatableArray());
        context.RegisterSourceOutput(diagnostics.Combine(severities), static (output, input) =>
        {
            foreach (var diagnostic in input.Left)
                if (ConfiguredSeverity.Apply(diagnostic, input.Right) is { } reported) output.ReportDiagnostic(reported);
        });
    }

    private static SpecFile? ReadFile(AdditionalText text, AnalyzerConfigOptionsProvider options, CancellationToken cancellation)
    {
        var metadata = options.GetOptions(text);
        if (!metadata.TryGetValue(KindMetadata, out var kindName) || !Enum.TryParse<SpecKind>(kindName, ignoreCase: true, out var kind)) return null;
        if (!metadata.TryGetValue(LengthMetadata, out var length) || text.GetText(cancellation) is not { } content) return null;
        var name = NameOf(text.Path, int.Parse(length, CultureInfo.InvariantCulture));
        return SpecText.EncodingFault(text.Path, content) is { } fault ? new SpecFile(text.Path, name, kind, "", null, new[] { fault }.ToEquatableArray()) : SpecFile.Read(text.Path, name, kind, content.ToString());
    }

    /// <summary>The end of a path, without its extension.</summary>
    private static string NameOf(string path, int length)
    {
        var end = path.LastIndexOf('.');
        return path.Substring(end - length, length).Replace('\\', '/');
    }

    private static SpecDiagnostic? FindOtherEnding(AdditionalText text, AnalyzerConfigOptionsProvider options) =>
        options.GetOptions(text).TryGetValue(KindMetadata, out var kind) && kind == OtherKind
            ? new SpecDiagnostic(SpecRules.OtherEnding, SourceSpan.StartOf(text.Path), "the file is no spec, since its name ends in .yml: end it in .yaml, or keep it in a folder with a file .pole-no-specs") : null;

    private static SourceText Source(string code) => SourceText.From(code, Encoding.UTF8);
}
