using System.Diagnostics;
using System.Reflection;
using Pole.Build.Corrections;

namespace Pole.Build.Tests;

/// <summary>The correction of TorchSharp's assembly, on the assembly as NuGet has it. What it is for is in GarbageCollectionTests of Pole.Zoo.Tests.</summary>
public sealed class KeptArgumentsTests
{
    private string folder = "";
    private string assembly = "";

    [SetUp]
    public void CopyPublishedAssembly()
    {
        folder = Directory.CreateTempSubdirectory("pole-assembly-").FullName;
        assembly = Path.Combine(folder, "TorchSharp.dll");
        File.Copy(Path.Combine(Metadata("PackageRoot"), "torchsharp", Metadata("TorchSharpVersion"), "lib", "net8.0", "TorchSharp.dll"), assembly);
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_assembly_is_corrected_once()
    {
        Assert.That(KeptArguments.Apply(assembly), Is.True);
        Assert.That(KeptArguments.Apply(assembly), Is.False);
    }

    [Test]
    public void Two_bytes_at_most_differ_and_the_time_stays_so_that_the_next_build_copies_nothing()
    {
        var before = File.ReadAllBytes(assembly);
        var time = File.GetLastWriteTimeUtc(assembly);
        KeptArguments.Apply(assembly);

        Assert.That(File.ReadAllBytes(assembly).Zip(before).Count(pair => pair.First != pair.Second), Is.InRange(1, 2));
        Assert.That(File.GetLastWriteTimeUtc(assembly), Is.EqualTo(time));
    }

    [Test]
    public void The_assembly_in_the_output_folder_is_corrected_and_asks_for_no_optimisation()
    {
        Assert.That(KeptArguments.Apply(Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll")), Is.False, "the build has done it");
        Assert.That(typeof(TorchSharp.torch).Assembly.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled, Is.True);
    }

    [TestCase(0)]
    [TestCase(2000)]
    public void What_is_no_whole_assembly_is_refused(int length)
    {
        File.WriteAllBytes(assembly, File.ReadAllBytes(assembly)[..length]);

        Assert.That(() => KeptArguments.Apply(assembly), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("not a .NET assembly"));
    }

    private static string Metadata(string key) => typeof(KeptArgumentsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}
