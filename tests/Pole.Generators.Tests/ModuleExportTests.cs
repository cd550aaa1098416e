using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Pole.Generators.Modules;

namespace Pole.Generators.Tests;

/// <summary>What is said of modules in C#, at their records.</summary>
public sealed class ModuleExportTests
{
    [TestCase("Backbone", "IBackboneShape", "implement it with 'public BackboneShape Shape => new(Stride: 16, HasStages: false, PixelNormalisation.ImageNet);'")]
    [TestCase("ClipModel", "IClipShape", "implement it with 'public ClipShape Shape => new(EmbeddingSize: 512, ContextLength: 77);'")]
    [TestCase("IDataset", "DatasetClassesAttribute", "add [DatasetClasses(\"cat\", \"dog\")]")]
    public void Options_that_do_not_declare_what_a_build_needs_are_an_error_that_shows_the_missing_line(string kind, string declaration, string remedy) =>
        Expect(Options("Mine", kind), "POLE0030", 3, 15, $"'Mine' is an options record of {kind} and declares no {declaration} for the build: {remedy}");

    [TestCase("Backbone", "", ", IBackboneShape", "public BackboneShape Shape => new(16, false, PixelNormalisation.ImageNet);")]
    [TestCase("ClipModel", "", ", IClipShape", "public ClipShape Shape => new(512, 77);")]
    [TestCase("IDataset", "[DatasetClasses(\"cat\")]", "", "")]
    [TestCase("ISelectionRule", "", "", "")]
    [TestCase("Launcher", "", "", "")]
    public void Options_that_declare_it_are_exported(string kind, string attribute, string contract, string member)
    {
        var result = Run(Options("Mine", kind, attribute, contract, member));

        Assert.That(result.Diagnostics, Is.Empty);
        Assert.That(result.GeneratedSources.Single().SourceText.ToString(), Does.Contain("[assembly: global::Pole.PoleModuleExport(typeof(global::Mine))]"));
    }

    [Test]
    public void Two_modules_of_a_kind_and_a_name_are_an_error_at_the_second() =>
        Expect(Options("One", "ISelectionRule") + "\n" + Options("Two", "ISelectionRule").Replace("using Pole;", ""), "POLE0016", 7, 15, "the module name 'mine' is taken by global::One");

    private static string Options(string name, string kind, string attribute = "", string contract = "", string member = "") => $$"""
        using Pole;
        [PoleModule("mine")] {{attribute}}
        public record {{name}} : IModuleOptions<{{kind}}>{{contract}}
        { {{member}} public {{kind}} Create(ModuleContext context) => throw new System.NotSupportedException(); }
        """;

    private static void Expect(string code, string id, int line, int column, string message)
    {
        var diagnostic = Run(code).Diagnostics.Single();
        var start = diagnostic.Location.GetLineSpan().StartLinePosition;

        Assert.That((diagnostic.Id, start.Line + 1, start.Character + 1, diagnostic.GetMessage()), Is.EqualTo((id, line, column, message)));
    }

    private static GeneratorRunResult Run(string code) =>
        CSharpGeneratorDriver.Create(new ModuleExportGenerator()).RunGenerators(SpecCompilation.Compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(code))).GetRunResult().Results.Single();
}
