using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Pole.Generators.Binding;
using Pole.Generators.Composition;
using Pole.Generators.Emission;
using Pole.Generators.Yaml;

namespace Pole.Generators;

/// <summary>
/// The spec compiler: YAML files to typed experiments. Each step keeps plain equatable data, no symbol and no syntax, so that
/// editing one spec runs again only what depends on it.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class SpecGenerator : IIncrementalGenerator
{
    /// <summary>Names of the steps, for those who watch what runs again.</summary>
    public const string ReadStep = "Read", ComposeStep = "Compose", BindStep = "Bind", CatalogStep = "Catalog", CorpusStep = "Corpus";

    private const string KindMetadata = "build_metadata.AdditionalFiles.PoleSpecKind", NameMetadata = "build_metadata.AdditionalFiles.PoleSpecName";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider.Combine(context.AnalyzerConfigOptionsProvider)
            .Select(static (pair, cancellation) => ReadFile(pair.Left, pair.Right, cancellation)).Where(static file => file is not null).Select(static (file, _) => file!).WithTrackingName(ReadStep);
        var experiments = files.Where(static file => file.Kind == SpecKind.Experiment);
        var specs = files.Where(static file => file.Kind != SpecKind.Corpus).Collect().Select(static (all, _) => new SpecSet(all.ToEquatableArray()));
        var names = files.Where(static file => file.Kind != SpecKind.Base).Select(static (file, _) => FileName.Of(file)).Collect()
            .Select(static (all, _) => new BuildNames(all.OrderBy(name => name.Path, StringComparer.Ordinal).ToEquatableArray()));
        var catalog = context.CompilationProvider.Select(static (compilation, _) => CatalogReader.Read(compilation)).WithTrackingName(CatalogStep);
        var corpora = files.Where(static file => file.Kind == SpecKind.Corpus).Combine(names).Select(static (pair, _) => CorpusBinder.Bind(pair.Left, pair.Right)).WithTrackingName(CorpusStep);
        var allCorpora = corpora.Collect().Select(static (all, _) => all.ToEquatableArray());

        var bound = experiments.Combine(specs).Select(static (pair, _) => SpecComposer.Compose(pair.Left, pair.Right)).WithTrackingName(ComposeStep)
            .Combine(catalog).Combine(allCorpora).Combine(names)
            .Select(static (input, _) => SpecBinder.Bind(input.Left.Left.Left, input.Left.Left.Right, [.. input.Left.Right], input.Right)).WithTrackingName(BindStep);
        var good = bound.Where(static experiment => experiment.Root is not null).Select(static (experiment, _) => experiment.Name).Collect().Select(static (all, _) => all.ToEquatableArray());

        context.RegisterSourceOutput(bound, static (output, experiment) =>
        {
            foreach (var diagnostic in experiment.Diagnostics) output.ReportDiagnostic(diagnostic.ToDiagnostic());
            if (experiment.Root is not null) output.AddSource($"{experiment.Name}.g.cs", Source(ExperimentEmitter.Emit(experiment)));
        });
        context.RegisterSourceOutput(corpora, static (output, corpus) =>
        {
            foreach (var diagnostic in corpus.Diagnostics) output.ReportDiagnostic(diagnostic.ToDiagnostic());
            if (corpus.IsUsable) output.AddSource($"corpora/{corpus.Name}.g.cs", Source(CorpusEmitter.Emit(corpus)));
        });
        context.RegisterSourceOutput(good.Combine(names), static (output, input) =>
        {
            if (input.Right.Experiments.Any()) output.AddSource("CompiledExperiments.g.cs", Source(ExperimentListEmitter.Emit(input.Left)));
        });
    }

    private static SpecFile? ReadFile(AdditionalText text, AnalyzerConfigOptionsProvider options, CancellationToken cancellation)
    {
        var metadata = options.GetOptions(text);
        if (!metadata.TryGetValue(KindMetadata, out var kindName) || !Enum.TryParse<SpecKind>(kindName, ignoreCase: true, out var kind)) return null;
        if (!metadata.TryGetValue(NameMetadata, out var name) || text.GetText(cancellation) is not { } content) return null;
        var (root, diagnostics) = YamlReader.Read(text.Path, content.ToString());
        return new SpecFile(text.Path, name.Replace('\\', '/'), kind, root, diagnostics);
    }

    private static SourceText Source(string code) => SourceText.From(code, Encoding.UTF8);
}
