using System.Buffers.Binary;
using System.Text;

namespace Pole.Runner.Tests;

/// <summary>Small files that ask for much: each is answered by a process with a bound on its memory.</summary>
public sealed class HostileFileTests
{
    /// <summary>400 MiB of managed memory, hexadecimal, as the runtime reads it; more is an OutOfMemoryException.</summary>
    private const string HeapLimit = "19000000";

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-hostile-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    /// <summary>Inputs that once took gigabytes or minutes, from issue reports.</summary>
    [Test]
    public void Hostile_weights_are_refused_or_read_within_the_bound()
    {
        var cases = Path.Combine(Fuzzing.FuzzCorpus.Shared, "cases", "hostile");
        if (!Directory.Exists(cases)) Assert.Ignore($"{cases} is not on this machine");
        foreach (var entry in Directory.GetFileSystemEntries(cases).Order(StringComparer.Ordinal)) Expect(Inspect(entry), entry);
    }

    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[%],\"data_offsets\":[0,0]}}", "0,", "0")]
    [TestCase("{%\"z\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", "\"#\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},", "")]
    [TestCase("{\"__metadata__\":{%\"z\":\"z\"}}", "\"#\":\"\",", "")]
    [TestCase("%1", "[", "")]
    public void A_header_of_safetensors_at_its_limit_stays_within_the_bound(string header, string repeated, string last)
    {
        var text = new StringBuilder();
        for (var index = 0; text.Length < 7_900_000; index++) text.Append(repeated.Replace("#", index.ToString("x"), StringComparison.Ordinal));
        var bytes = Encoding.UTF8.GetBytes(header.Replace("%", text.Append(last).ToString(), StringComparison.Ordinal));
        var file = Path.Combine(folder, "a.safetensors");
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        File.WriteAllBytes(file, [.. length, .. bytes, 0, 0, 0, 0]);

        Expect(Inspect(file), file);
    }

    private static void Expect(PoleProcess run, string file)
    {
        Assert.That(run.ExitCode, Is.InRange(0, 1), $"{file}: {run.Error}");
        Assert.That(run.Error, Does.Not.Contain("more memory"), file);
        Assert.That(run.Error.Split('\n').Count(line => line.Length > 0), Is.LessThanOrEqualTo(1), file);
    }

    private PoleProcess Inspect(string file) => PoleProcess.RunIn(folder, "pole", ["weights", "inspect", file], [("DOTNET_GCHeapHardLimit", HeapLimit)]);
}
