using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Pole.Zoo.Weights;

namespace Pole.Zoo.Tests;

/// <summary>Files that are damaged, or made to harm: one error that names the file; nothing is run, nothing is allocated by their numbers.</summary>
public sealed class HostileWeightTests
{
    private string path = "";

    [SetUp]
    public void CreateFolder() => path = Path.Combine(Directory.CreateTempSubdirectory("pole-hostile-").FullName, "weights");

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Test]
    public void A_pickle_that_calls_a_function_is_refused_and_named() =>
        ExpectPickle("cos\nsystem\nX\u0002\0\0\0ls\u0085R.", "it refers to os.system, which is not plain data, and is refused");

    [Test]
    public void A_pickle_that_names_a_function_through_the_stack_is_refused() =>
        ExpectPickle("\u008c\u0008builtins\u008c\u0004eval\u0093.", "it refers to builtins.eval");

    [Test]
    public void A_TorchScript_archive_may_not_call_functions_either() =>
        ExpectPickle("cposix\nsystem\nX\u0002\0\0\0ls\u0085R.", "it refers to posix.system", ("x/code/a.py", "import os"));

    [TestCase("(lp.", "opcode 0x70")]
    [TestCase("]", "it is truncated")]
    [TestCase("X\u00ff\u00ff\u00ff\u007fabc.", "it is truncated")]
    [TestCase("u.", "its stack has no mark")]
    [TestCase("h\u0007.", "it recalls entry 7")]
    [TestCase("N.", "no state dictionary")]
    [TestCase("}X\u0005\0\0\0epochK\u0003s.", "no state dictionary: it has the keys epoch")]
    public void A_malformed_pickle_is_refused(string pickle, string message) => ExpectPickle(pickle, message);

    [TestCase(4, 0, "(K\u0004tq(K\u0001t", "storage 0 is missing", false)]
    [TestCase(4, 0, "K\u0005\u0085K\u0001\u0085", "reaches element 4 of a storage of 4", true)]
    [TestCase(4, 2, "K\u0003\u0085K\u0001\u0085", "reaches element 4 of a storage of 4", true)]
    [TestCase(4, 0, "J\u00ff\u00ff\u00ff\u00ff\u0085K\u0001\u0085", "negative", true)]
    [TestCase(4, 0, "J\u00ff\u00ff\u00ff\u007f\u0085K\0\u0085", "is made of a storage of 4", true)]
    [TestCase(4, 0, "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fK\u0009\u0086K\u0001K\u0001\u0086", "overflows", true)]
    [TestCase(9, 0, "K\u0009\u0085K\u0001\u0085", "storage 0 has 16 bytes for 9 elements", true)]
    public void A_tensor_that_does_not_fit_its_storage_is_refused(int count, int offset, string shapeAndStrides, string message, bool hasStorage)
    {
        var tensor = $"}}X\u0001\0\0\0actorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK{(char)count}tQK{(char)offset}{(hasStorage ? shapeAndStrides : "K\u0004\u0085K\u0001\u0085")}\u0089}}tRs.";

        ExpectPickle(tensor, message, hasStorage ? [("x/data/0", new string('\0', 16))] : []);
    }

    [Test]
    public void A_compressed_pickle_is_refused()
    {
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var stream = archive.CreateEntry("x/data.pkl", CompressionLevel.SmallestSize).Open()) stream.Write(new byte[1_000_000]);

        Expect("x/data.pkl is compressed, which PyTorch never does");
    }

    [Test]
    public void An_integer_of_many_digits_is_refused() => ExpectPickle($"\u008b\u0000\u0001\0\0{new string('\u0001', 256)}.", "it has an integer of 256 bytes");

    [Test]
    public void A_module_that_others_share_is_visited_once()
    {
        // Each module has the one before twice: 2^40 paths to the first, which has the tensor.
        var modules = string.Concat(Enumerable.Range(1, 40).Select(index => $"c__torch__\nM\n)R}}(X\u0001\0\0\0ah{(char)(index - 1)}X\u0001\0\0\0bh{(char)(index - 1)}ubq{(char)index}0"));
        WriteArchive($"c__torch__\nM\n)R}}X\u0001\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0004tQK\0K\u0004\u0085K\u0001\u0085\u0089}}tRsbq\00{modules}h\u0028.", [("x/data/0", new string('\0', 16)), ("x/code/a.py", "")]);

        using var file = WeightFile.Open(path);
        Assert.That(file.Tensors, Has.Count.EqualTo(1));
    }

    [Test]
    public void Tensors_that_repeat_a_small_file_are_refused_together()
    {
        var view = "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0004tQK\0J\0\0\u003f\0\u0085K\0\u0085\u0089}tR";

        ExpectPickle($"}}(X\u0001\0\0\0a{view}X\u0001\0\0\0b{view}u.", "its tensors would be 33030144 bytes, made of", ("x/data/0", new string('\0', 16)));
    }

    [Test]
    public void A_shape_that_overflows_beside_a_zero_is_refused() =>
        ExpectPickle("}X\u0001\0\0\0actorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0004tQK\0K\0\u008a\u0008\0\0\0\0\0\0\0\u0040\u008a\u0008\0\0\0\0\0\0\0\u0040\u0087K\u0001K\u0001K\u0001\u0087\u0089}tRs.", "a tensor's size overflows", ("x/data/0", new string('\0', 16)));

    [Test]
    public void A_truncated_archive_is_named()
    {
        WriteArchive(".", []);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^30]);

        Expect("cannot be read as weights");
    }

    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "tensor 'b' begins at byte 4, inside the tensor before it")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "behind a gap")]
    [TestCase("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 12, "needs 16 bytes, the file gives 0..16 of 12")]
    [TestCase("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,12]}}""", 12, "needs 16 bytes")]
    [TestCase("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,-4]}}""", 12, "negative")]
    [TestCase("""{"a":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,4]}}""", 12, "not described as safetensors describe it")]
    [TestCase("""{"a":{"dtype":"F13","shape":[1],"data_offsets":[0,4]}}""", 12, "unsupported type F13")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1]}}""", 12, "not described as safetensors describe it")]
    [TestCase("""{"a":7}""", 0, "not described as safetensors describe it")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "listed twice")]
    [TestCase("[]", 0, "the header is not an object")]
    [TestCase("{\"a\"", 0, "cannot be read as weights")]
    public void A_safetensors_header_that_lies_is_refused(string header, int dataBytes, string message)
    {
        File.WriteAllBytes(path, [.. Number(header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]]);

        Expect(message);
    }

    [TestCase(long.MaxValue)]
    [TestCase(-1)]
    [TestCase(8_000_001)]
    public void A_header_length_beyond_the_file_is_refused(long length)
    {
        File.WriteAllBytes(path, [.. Number(length), .. "{}"u8]);

        Expect("not a safetensors file");
    }

    [Test]
    public void An_index_that_points_out_of_its_folder_is_refused()
    {
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "model.safetensors.index.json"), """{"weight_map":{"a":"../other.safetensors"}}""");

        Assert.That(() => WeightFile.Open(path), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith(Path.Combine(path, "model.safetensors.index.json")).And.Message.Contains("it names '../other.safetensors', which is not a file of the folder"));
    }

    [Test]
    public void A_file_that_is_not_the_published_one_says_which_hash_is_wanted()
    {
        File.WriteAllText(path, "something else");
        var context = new ModuleContext { Device = TorchSharp.torch.CPU, CacheFolder = "", WeightsFolder = Path.GetDirectoryName(path) };

        Assert.That(() => new PublishedWeights("weights", "https://example.org", "abc").Open(context), Throws.InstanceOf<ExperimentException>().With.Message.Contains("is not the published file: its SHA-256 is").And.Message.Contains("(SHA-256 abc)"));
    }

    private void ExpectPickle(string pickle, string message, params (string Name, string Content)[] entries)
    {
        WriteArchive(pickle, entries);
        Expect(message);
    }

    private void Expect(string message) => Assert.That(() => WeightFile.Open(path), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{path}: ").And.Message.Contains(message));

    private void WriteArchive(string pickle, (string Name, string Content)[] entries)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content) in entries.Prepend(("x/data.pkl", $"\u0080\u0002{pickle}")))
        {
            using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stream.Write(Encoding.Latin1.GetBytes(content));
        }
    }

    private static byte[] Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
