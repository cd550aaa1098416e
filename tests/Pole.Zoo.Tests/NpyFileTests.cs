using System.Text;
using Pole.Zoo.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class NpyFileTests
{
    private string path = "";

    [SetUp]
    public void CreateFolder() => path = Path.Combine(Directory.CreateTempSubdirectory("pole-npy-").FullName, "x.npy");

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Test]
    public void An_array_of_numbers_is_read_in_either_order()
    {
        using var scope = NewDisposeScope();
        Write("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }", [.. Enumerable.Range(0, 6).SelectMany(BitConverter.GetBytes)]);
        var rows = NpyFile.ReadArray(path).Read();
        Write("{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }", [.. new[] { 0, 3, 1, 4, 2, 5 }.SelectMany(BitConverter.GetBytes)]);
        var columns = NpyFile.ReadArray(path).Read();

        Assert.That(rows.dtype, Is.EqualTo(ScalarType.Int32));
        Assert.That(rows.data<int>().ToArray(), Is.EqualTo(Enumerable.Range(0, 6)));
        Assert.That(columns.Equals(rows));
    }

    /// <summary>Patterns in it would take time with its square.</summary>
    [Test]
    public void A_header_longer_than_numpys_limit_is_refused()
    {
        Write($"{{{string.Concat(Enumerable.Repeat("'descr': '", 2_000))}}}", []);

        Assert.That(() => NpyFile.ReadArray(path), Throws.TypeOf<ExperimentException>().With.Message.Contains("and 10000 are the most"));
    }

    [TestCase("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "big-endian")]
    [TestCase("{'descr': '<U4', 'fortran_order': False, 'shape': (1,), }", "a type that is not read here")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,), }", "reaches element")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "the size '-1'")]
    [TestCase("{'descr': '<f4', 'fortran_order': False}", "no shape")]
    public void A_header_that_cannot_be_is_refused(string header, string message)
    {
        Write(header, new byte[4]);

        Assert.That(() => NpyFile.ReadArray(path), Throws.InstanceOf<ExperimentException>().With.Message.Contains(path).And.Message.Contains(message));
    }

    [Test]
    public void A_pickled_object_that_calls_a_function_is_refused()
    {
        Write("{'descr': '|O', 'fortran_order': False, 'shape': (), }", Encoding.Latin1.GetBytes("\u0080\u0003cos\nsystem\nX\u0002\0\0\0ls\u0085R."));

        Assert.That(() => NpyFile.ReadDictionary(path), Throws.InstanceOf<ExperimentException>().With.Message.Contains("it refers to os.system, which is not plain data, and is refused"));
    }

    [Test]
    public void A_file_of_another_kind_is_named()
    {
        File.WriteAllText(path, "no array at all");

        Assert.That(() => NpyFile.ReadArray(path), Throws.InstanceOf<ExperimentException>().With.Message.Contains(path).And.Message.Contains("does not begin as .npy files do"));
    }

    private void Write(string header, byte[] data) => File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length + 1), (byte)((header.Length + 1) >> 8), .. Encoding.Latin1.GetBytes(header + "\n"), .. data]);
}
