using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Pole.Runner.Tests;

/// <summary>Runs that go to another machine in one file.</summary>
public sealed class PackCommandTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-pack-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void What_was_packed_is_compared_elsewhere_without_a_store()
    {
        var packed = Pack();
        Assert.That(packed.ExitCode, Is.Zero, packed.Error);
        var unpacked = Pole("unpack", Archive, "--runs", At("elsewhere"));
        Assert.That(unpacked.ExitCode, Is.Zero, unpacked.Error);

        var run = unpacked.Output;
        Assert.That(FileTree.Files(run), Is.EquivalentTo(FileTree.Files(SmokeRun.Folder).Where(file => !file.StartsWith("checkpoints/", StringComparison.Ordinal))));
        Assert.That(File.ReadAllText(Path.Combine(run, "result.json")), Is.EqualTo(File.ReadAllText(Path.Combine(SmokeRun.Folder, "result.json"))));
        Assert.That(Pole("compare", SmokeRun.Name, "--runs", At("elsewhere")).ExitCode, Is.Zero);
        Assert.That(Pole("unpack", Archive, "--runs", At("elsewhere")).ExitCode, Is.Zero, "again is no fault");
    }

    [Test]
    public void Networks_go_along_where_that_is_asked_for()
    {
        Pack("--weights");
        var run = Pole("unpack", Archive, "--runs", At("elsewhere")).Output;

        Assert.That(Directory.GetFiles(Path.Combine(run, "checkpoints"), "*.safetensors"), Is.Not.Empty);
    }

    [Test]
    public void Networks_are_added_to_a_run_that_is_there_without_them()
    {
        Pack();
        var run = Pole("unpack", Archive, "--runs", At("elsewhere")).Output;
        File.Delete(Archive);
        Pack("--weights");

        Assert.That(Pole("unpack", Archive, "--runs", At("elsewhere")).Output, Is.EqualTo(run));
        Assert.That(Directory.GetFiles(Path.Combine(run, "checkpoints"), "*.safetensors"), Is.Not.Empty);
    }

    [TestCase("../out.txt", "../out.txt is not listed")]
    [TestCase("listed/../../out.txt", "listed/../../out.txt leaves the folder")]
    [TestCase("changed.txt", "changed.txt is not what was packed")]
    [TestCase("", "missing.txt is missing")]
    public void An_archive_that_is_not_what_was_packed_leaves_nothing(string name, string message)
    {
        var manifest = name switch { "listed/../../out.txt" or "changed.txt" => $"{{\"version\":\"1\",\"files\":{{\"{name}\":\"00\"}}}}", "" => "{\"version\":\"1\",\"files\":{\"missing.txt\":\"00\"}}", _ => "{\"version\":\"1\",\"files\":{}}" };
        using (var tar = new TarWriter(new GZipStream(File.Create(Archive), CompressionLevel.Fastest)))
        {
            Add(tar, "pack.json", manifest);
            if (name.Length > 0) Add(tar, name, "x");
        }

        var run = Pole("unpack", Archive, "--runs", At("elsewhere"));

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith($"error: {Archive}: cannot be read as an archive of runs: {message}"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder), Is.EqualTo(new[] { Archive }));
    }

    [TestCase("file")]
    [TestCase("file/below/it")]
    public void A_file_in_the_place_of_the_folder_of_runs_is_named(string runs)
    {
        File.WriteAllText(At("file"), "");

        Assert.That(Fuzzing.PoleInProcess.Run([], "unpack", Archive, "--runs", At(runs)).Error, Is.EqualTo($"error: --runs {At(runs)}: {At("file")} is a file; give a folder\n"));
    }

    [Test]
    public void A_link_in_an_archive_is_refused()
    {
        using (var tar = new TarWriter(new GZipStream(File.Create(Archive), CompressionLevel.Fastest)))
        {
            Add(tar, "pack.json", "{\"version\":\"1\",\"files\":{\"a\":\"00\"}}");
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "a") { LinkName = "/etc/passwd" });
        }

        Assert.That(Pole("unpack", Archive, "--runs", At("elsewhere")).Error, Does.Contain("a is no file"));
    }

    private string Archive => At("runs.tar.gz");

    private PoleProcess Pack(params string[] more)
    {
        _ = SmokeRun.Folder;
        return Pole(["pack", SmokeRun.Name, "--runs", SmokeRun.Runs, "--store", SmokeRun.Store, "--output", Archive, .. more]);
    }

    private static void Add(TarWriter tar, string name, string content) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });

    private static PoleProcess Pole(params string[] arguments) => PoleProcess.Run("pole", arguments);

    private string At(string path) => Path.Combine(folder, path);
}
