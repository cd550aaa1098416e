using System.Reflection;
using System.Runtime.InteropServices;
using Pole.Build.Corrections;

namespace Pole.Build.Tests;

/// <summary>The correction of TorchSharp's native library, on the library as NuGet has it.</summary>
[Platform("Linux")]
public sealed class NativeLibraryTests
{
    private const string Version = "GLIBCXX_3.4.32";

    private string folder = "";
    private string library = "";

    [SetUp]
    public void CopyPublishedLibrary()
    {
        folder = Directory.CreateTempSubdirectory("pole-native-").FullName;
        library = Path.Combine(folder, "libLibTorchSharp.so");
        File.Copy(Published(), library);
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_version_becomes_weak_once()
    {
        Assert.That(WeakVersionRequirement.Apply(library, Version), Is.True);
        Assert.That(WeakVersionRequirement.Apply(library, Version), Is.False);
    }

    [Test]
    public void Two_bytes_at_most_differ_and_the_time_stays_so_that_the_next_build_copies_nothing()
    {
        var before = File.ReadAllBytes(library);
        var time = File.GetLastWriteTimeUtc(library);
        WeakVersionRequirement.Apply(library, Version);

        Assert.That(File.ReadAllBytes(library).Zip(before).Count(pair => pair.First != pair.Second), Is.InRange(1, 2));
        Assert.That(File.GetLastWriteTimeUtc(library), Is.EqualTo(time));
    }

    [Test]
    public void A_hard_link_to_the_original_keeps_its_bytes()
    {
        var original = Path.Combine(folder, "original.so");
        File.Move(library, original);
        Assert.That(Link(original, library), Is.Zero);
        var before = File.ReadAllBytes(original);

        WeakVersionRequirement.Apply(library, Version);

        Assert.That(File.ReadAllBytes(original), Is.EqualTo(before));
        Assert.That(File.ReadAllBytes(library), Is.Not.EqualTo(before));
    }

    [Test]
    public void A_version_that_is_not_required_changes_nothing() => Assert.That(WeakVersionRequirement.Apply(library, "GLIBCXX_9.9"), Is.False);

    [Test]
    public void What_is_no_ELF_file_is_refused()
    {
        File.WriteAllText(library, "not a library");

        Assert.That(() => WeakVersionRequirement.Apply(library, Version), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("ELF"));
    }

    [Test]
    public void A_truncated_library_is_refused()
    {
        File.WriteAllBytes(library, File.ReadAllBytes(library)[..2000]);

        Assert.That(() => WeakVersionRequirement.Apply(library, Version), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("truncated"));
    }

    [Test]
    public void The_library_in_the_output_folder_is_corrected_and_loads()
    {
        var built = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

        Assert.That(WeakVersionRequirement.Apply(built, Version), Is.False, "the build has done it");
        Assert.That(NativeLibrary.TryLoad(built, out _), Is.True);
    }

    private static string Published() => Path.Combine(Metadata("PackageRoot"), "torchsharp", Metadata("TorchSharpVersion"), "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    private static string Metadata(string key) => typeof(NativeLibraryTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;

    [DllImport("libc", EntryPoint = "link")]
    private static extern int Link(string from, string to);
}
