using System.Reflection.PortableExecutable;
using System.Text.Json;
using Pole.Runner.Building;
using Pole.Runner.Specs;

namespace Pole.Runner.Tests;

/// <summary>What a command does not do before it begins.</summary>
public sealed class StartTests
{
    /// <summary>Native libraries are larger.</summary>
    private const long MostOfAssembly = 20_000_000;

    /// <summary>An empty program compiles four, each of these commands ten to thirty; with a tree of Spectre.Console's, or an experiment that is made and resolved, a hundred more.</summary>
    private const int MostCompiled = 60;

    private string folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("pole-start-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCase("Pole.Abstractions"), TestCase("Pole.Data"), TestCase("Pole.Zoo"), TestCase("Pole.Pipeline"), TestCase("Pole.Specs"), TestCase("Pole.Runner"), TestCase("pole")]
    public void It_does_not_compile_what_the_build_has_compiled(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(PoleProcess.Build, $"{assembly}.dll")));
        var compiled = file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size;
        if (compiled == 0) IgnoreWithoutCrossgen();

        Assert.That(compiled, Is.Positive);
    }

    /// <summary>Code compiled in advance is optimised, and then a collection can finalise a number that torch is reading: see KeptArguments.</summary>
    [Test]
    public void TorchSharp_is_left_to_the_JIT_which_does_not_optimise_it()
    {
        var path = Path.Combine(PoleProcess.Build, "TorchSharp.dll");
        using var file = new PEReader(File.OpenRead(path));

        Assert.That(file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size, Is.Zero);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(File.ReadAllBytes(Path.Combine(PoleProcess.Folder, "TorchSharp.dll"))), "corrected, as in the output folder");
    }

    /// <summary>By what the dynamic linker says that it opens.</summary>
    [TestCase("list"), TestCase("show", "shapes/pole"), TestCase("diff", "shapes/pole", "shapes/clims"), TestCase("--help"), Platform("Linux")]
    public void It_does_not_load_libtorch_where_nothing_is_computed(params string[] arguments)
    {
        PoleProcess.RunIn(folder, "pole", arguments, [("LD_DEBUG", "files"), ("LD_DEBUG_OUTPUT", Path.Combine(folder, "linker"))]);

        var opened = string.Concat(Directory.GetFiles(folder, "linker.*").Select(File.ReadAllText));
        Assert.That(opened, Does.Contain("libcoreclr.so").And.Not.Contain("libtorch_cpu"));
    }

    [TestCase("The whole chain on a handful of images, in seconds.", "list"), TestCase("rate: 0.1", "show", "shapes/pole"), TestCase("adaptor.image.ratio: 0.2 → not given  (shapes/pole.yaml:", "diff", "shapes/pole", "shapes/clims"),
     TestCase("\"after-origin\"", "diff", "--format", "json", "shapes/pole", "shapes/clims"), TestCase("prompt.descriptions.0.", "diff", "shapes/clip-es", "shapes/clip-es-descriptions/descriptions-shapes-learner-mean-of-descriptions-names-none")]
    public void It_prints_the_same_from_the_index_of_its_build_and_without_it(string part, params string[] arguments)
    {
        var copy = CopyOfBuild();
        var indexed = Run(copy, arguments);
        File.Delete(Path.Combine(copy, ExperimentIndex.FileName));

        Assert.That(indexed.Output, Does.Contain(part));
        Assert.That(indexed, Is.EqualTo(Run(copy, arguments)));
    }

    /// <summary>Methods that the runtime names as compiled at the start, where there are no runs whose costs diff would read: code of generic types of other libraries over value types cannot be compiled in advance.</summary>
    [TestCase("list"), TestCase("list", "--names"), TestCase("show", "shapes/pole"), TestCase("diff", "shapes/pole", "shapes/clims")]
    public void It_compiles_next_to_nothing_where_nothing_is_computed(params string[] arguments)
    {
        IgnoreWithoutCrossgen();
        var methods = Path.Combine(folder, "methods");
        PoleProcess.RunIn(folder, "pole", arguments, [("DOTNET_JitStdOutFile", methods), ("DOTNET_JitDisasmSummary", "1"), ("DOTNET_ReadyToRun", "1"), ("DOTNET_TieredCompilation", "1"), ("POLE_RUNS", folder)]);

        // On a slow machine the second tier begins before the command ends.
        var compiled = File.ReadAllLines(methods).Where(method => !method.Contains("Tier1", StringComparison.Ordinal)).ToList();
        Assert.That(compiled, Has.Count.InRange(1, MostCompiled), string.Join('\n', compiled));
    }

    /// <summary>A build on GitHub, where Spectre.Console would colour, writes the list that every machine shows.</summary>
    [Test]
    public void The_list_of_an_index_has_no_colours()
    {
        const string variable = "GITHUB_ACTIONS";
        var before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, "true");
        try
        {
            Assert.That(ExperimentTree.Plain([new ListedExperiment("shapes/pole", null, "0123456789ab", "POLE on Shapes.")]), Does.Contain("POLE on Shapes.").And.No.Member('\u001b'));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }

    [Test]
    public void An_index_of_another_build_is_ignored()
    {
        var copy = CopyOfBuild();
        var listed = List(copy);
        File.WriteAllBytes(Path.Combine(copy, ExperimentIndex.FileName), [.. WithDescription(File.ReadAllBytes(Path.Combine(copy, ExperimentIndex.FileName)), "THE WHOLE CHAIN")]);
        Assert.That(List(copy), Does.Contain("THE WHOLE CHAIN on a handful of images"), "that of the build is believed");

        File.WriteAllText(Path.Combine(copy, BuildFolder.MarkFile), "another");
        Assert.That(List(copy), Is.EqualTo(listed));
    }

    /// <summary>Fingerprints and keys of stored results stand on these texts.</summary>
    [Test]
    public void Texts_of_fingerprints_are_those_of_JSON()
    {
        var text = string.Concat(Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code)) + "\ud83d\ude00 end";

        Assert.That(CanonicalSpec.Serialize(text), Is.EqualTo(JsonSerializer.Serialize(text)));
    }

    private static void IgnoreWithoutCrossgen()
    {
        if (Directory.Exists(PoleProcess.ReadyToRun) && Directory.GetFiles(PoleProcess.ReadyToRun, "no-crossgen-*") is [var left, ..]) Assert.Ignore($"the build has no crossgen: {left}");
    }

    private static string List(string build) => Run(build, "list").Output;

    private static (int ExitCode, string Output) Run(string build, params string[] arguments)
    {
        var run = PoleProcess.Run(build, "pole", arguments, _ => { });
        Assert.That(run.Error, Is.Empty);
        return (run.ExitCode, run.Output);
    }

    private static byte[] WithDescription(byte[] index, string description)
    {
        var place = index.AsSpan().IndexOf("The whole chain on a handful"u8);
        System.Text.Encoding.UTF8.GetBytes(description).CopyTo(index, place);
        return index;
    }

    private string CopyOfBuild()
    {
        foreach (var file in new DirectoryInfo(PoleProcess.Build).EnumerateFiles().Where(file => file.Length < MostOfAssembly)) file.CopyTo(Path.Combine(folder, file.Name));
        return folder;
    }
}
