using System.Collections.Immutable;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Pole.Specs.Composition;

namespace Pole.Generators.Tests;

/// <summary>Runs the spec compiler on YAML in memory, against the real contract, zoo and data assemblies.</summary>
internal sealed class SpecCompilation
{
    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)),
    ];

    private ImmutableArray<AdditionalText> texts;
    private GeneratorDriver driver;

    private SpecCompilation(IEnumerable<(string Path, string Yaml)> files, CSharpCompilation compilation, IReadOnlyDictionary<string, string> settings, bool isTracked = false)
    {
        texts = [.. files.Select(file => new YamlText(file.Path, file.Yaml))];
        Input = compilation;
        driver = CSharpGeneratorDriver.Create([new SpecGenerator().AsSourceGenerator()], texts, optionsProvider: new SpecOptions(settings),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: isTracked));
        Run();
    }

    public CSharpCompilation Input { get; private set; }

    public Compilation Output { get; private set; } = null!;

    public GeneratorRunResult Result => driver.GetRunResult().Results.Single();

    public ImmutableArray<Diagnostic> Diagnostics { get; private set; }

    /// <summary>Compiles files; a path below base/ is a base, below corpora/ a corpus, below datasets/ a file of classes, any other an experiment.</summary>
    public static SpecCompilation Of(params IEnumerable<(string Path, string Yaml)> files) =>
        new(files, Compilation, new Dictionary<string, string>());

    /// <summary>The same, remembering which steps ran; the time for that grows with the cube of the files.</summary>
    public static SpecCompilation Tracked(params IEnumerable<(string Path, string Yaml)> files) => new(files, Compilation, new Dictionary<string, string>(), isTracked: true);

    /// <summary>The same with a setting of an .editorconfig for every file.</summary>
    public static SpecCompilation Configured(string key, string value, params IEnumerable<(string Path, string Yaml)> files) => new(files, Compilation, new Dictionary<string, string> { [key] = value });

    public static CSharpCompilation Compilation => CSharpCompilation.Create("specs", [], References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    public SpecCompilation Edit(string path, string yaml)
    {
        var (before, after) = (texts.Single(text => text.Path == path), new YamlText(path, yaml));
        driver = driver.ReplaceAdditionalText(before, after);
        texts = texts.Replace(before, after);
        Run();
        return this;
    }

    public SpecCompilation AddSource(string code)
    {
        Input = Input.AddSyntaxTrees(CSharpSyntaxTree.ParseText(code));
        Run();
        return this;
    }

    /// <summary>The generated file of an experiment or a corpus.</summary>
    public string Source(string name) => Result.GeneratedSources.Single(source => source.HintName == $"{name}.g.cs").SourceText.ToString();

    /// <summary>Why each output of a step is there in the last run.</summary>
    public IReadOnlyList<IncrementalStepRunReason> Reasons(string step) => [.. Result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason)];

    /// <summary>Compiles the generated code, without warnings, and reads its list of experiments.</summary>
    public IReadOnlyList<Experiment> LoadExperiments() => [.. Load<IReadOnlyList<CompiledExperiment>>("CompiledExperiments", "All").Select(experiment => experiment.Value)];

    /// <param name="name">A corpus in kebab-case.</param>
    public Corpus LoadCorpus(string name) => Load<Corpus>($"Corpora.{string.Concat(name.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]))}", "Value");

    private T Load<T>(string type, string property)
    {
        using var image = new MemoryStream();
        var result = Output.Emit(image);
        var faults = result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ToList();
        if (faults.Count > 0) throw new InvalidOperationException(string.Join('\n', faults));
        image.Position = 0;
        return (T)new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(image).GetType($"Pole.Experiments.{type}")!.GetProperty(property)!.GetValue(null)!;
    }

    private void Run()
    {
        driver = driver.RunGeneratorsAndUpdateCompilation(Input, out var output, out var diagnostics);
        (Output, Diagnostics) = (output, diagnostics);
    }

    private sealed class YamlText(string path, string yaml) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(yaml);
    }

    private sealed class SpecOptions(IReadOnlyDictionary<string, string> settings) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Metadata([]);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Metadata(new(settings)
        {
            ["build_metadata.AdditionalFiles.PoleSpecKind"] = textFile.Path.EndsWith(".yml", StringComparison.Ordinal) ? "other" : SpecFile.KindOf(textFile.Path).ToString().ToLowerInvariant(),
            ["build_metadata.AdditionalFiles.PoleSpecNameLength"] = $"{Path.ChangeExtension(textFile.Path, null).Length}",
        });

        private sealed class Metadata(Dictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
        }
    }
}
