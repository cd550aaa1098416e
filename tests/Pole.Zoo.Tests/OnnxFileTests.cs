using Google.Protobuf;
using Onnx;
using Pole.Zoo.Weights;
using static TorchSharp.torch;
using DataType = Onnx.TensorProto.Types.DataType;

namespace Pole.Zoo.Tests;

/// <summary>Initialisers of ONNX models as weights.</summary>
public sealed class OnnxFileTests
{
    private const string PublishedModel = "microsoft.ml.dnnimagefeaturizer.resnet18/0.23.1/tools/DnnImageModels/ResNet18Onnx/ResNet18.onnx";

    private string path = "";

    [SetUp]
    public void CreateFolder() => path = Path.Combine(Directory.CreateTempSubdirectory("pole-onnx-").FullName, "model.onnx");

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    private static IEnumerable<TestCaseData> Numbers =>
    [
        new TestCaseData(Of(DataType.Float, tensor => tensor.FloatData.AddRange([1, -2])), tensor(new[] { 1f, -2f })),
        new TestCaseData(Of(DataType.Double, tensor => tensor.DoubleData.AddRange([1, -2])), tensor(new[] { 1.0, -2 })),
        new TestCaseData(Of(DataType.Int64, tensor => tensor.Int64Data.AddRange([1, -2])), tensor(new[] { 1L, -2 })),
        new TestCaseData(Of(DataType.Int32, tensor => tensor.Int32Data.AddRange([1, -2])), tensor(new[] { 1, -2 })),
        new TestCaseData(Of(DataType.Int16, tensor => tensor.Int32Data.AddRange([1, -2])), tensor(new short[] { 1, -2 })),
        new TestCaseData(Of(DataType.Int8, tensor => tensor.Int32Data.AddRange([1, -2])), tensor(new sbyte[] { 1, -2 })),
        new TestCaseData(Of(DataType.Uint8, tensor => tensor.Int32Data.AddRange([1, 254])), tensor(new byte[] { 1, 254 })),
        new TestCaseData(Of(DataType.Bool, tensor => tensor.Int32Data.AddRange([1, 0])), tensor(new[] { true, false })),
        new TestCaseData(Of(DataType.Float16, tensor => tensor.Int32Data.AddRange([0x3c00, 0xc000])), tensor(new[] { 1f, -2f }).to(ScalarType.Float16)),
        new TestCaseData(Of(DataType.Bfloat16, tensor => tensor.Int32Data.AddRange([0x3f80, 0xc000])), tensor(new[] { 1f, -2f }).to(ScalarType.BFloat16)),
        new TestCaseData(Of(DataType.Float, tensor => tensor.RawData = ByteString.CopyFrom([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])), tensor(new[] { 1f, -2f })),
        new TestCaseData(Of(DataType.Float16, tensor => tensor.RawData = ByteString.CopyFrom([0, 0x3c, 0, 0xc0])), tensor(new[] { 1f, -2f }).to(ScalarType.Float16)),
    ];

    [TestCaseSource(nameof(Numbers))]
    public void Numbers_of_every_type_are_read_from_raw_bytes_and_from_fields(TensorProto stored, Tensor expected)
    {
        using var scope = NewDisposeScope();
        Write(stored);

        using var file = WeightFile.Open(path);
        var read = file.Tensors["w"].Read();

        Assert.That(file.Kind, Is.EqualTo(WeightFileKind.Onnx));
        Assert.That(read.dtype, Is.EqualTo(expected.dtype));
        Assert.That(read.Equals(expected));
    }

    [Test]
    public void Scalars_and_empty_tensors_have_their_shapes()
    {
        using var scope = NewDisposeScope();
        var (scalar, empty) = (new TensorProto { Name = "scalar", DataType = (int)DataType.Float }, new TensorProto { Name = "empty", DataType = (int)DataType.Float });
        scalar.FloatData.Add(3);
        empty.Dims.AddRange([0, 4]);
        Write(scalar, empty);

        using var file = WeightFile.Open(path);

        Assert.That(file.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value.Read().shape), Is.EqualTo(new Dictionary<string, long[]> { ["scalar"] = [], ["empty"] = [0, 4] }));
    }

    [Test]
    public void A_model_is_known_by_its_content_whatever_its_name()
    {
        path = Path.ChangeExtension(path, ".bin");
        Write(Of(DataType.Float, tensor => tensor.FloatData.AddRange([1, 2])));

        using var file = WeightFile.Open(path);
        Assert.That(file.Kind, Is.EqualTo(WeightFileKind.Onnx));
    }

    [Test]
    public void Safetensors_whose_header_has_the_length_of_a_models_first_field_stay_safetensors()
    {
        path = Path.ChangeExtension(path, ".safetensors");
        var header = """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""".PadRight(0x108);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. System.Text.Encoding.ASCII.GetBytes(header), 7]);

        using var file = WeightFile.Open(path);
        Assert.That(file.Kind, Is.EqualTo(WeightFileKind.Safetensors));
    }

    private static IEnumerable<TestCaseData> Hostile =>
    [
        new TestCaseData(Of(DataType.Float, tensor => tensor.FloatData.Add(1)), "initialiser 'w' needs 8 bytes, the file gives 4; is it truncated?"),
        new TestCaseData(Of(DataType.Int64, tensor => tensor.Int64Data.AddRange([1, 2, 3])), "initialiser 'w' needs 16 bytes, the file gives 24"),
        new TestCaseData(Of(DataType.Float, tensor => tensor.RawData = ByteString.CopyFrom(new byte[9])), "initialiser 'w' needs 8 bytes, the file gives 9"),
        new TestCaseData(Of(DataType.Float, tensor => tensor.DataLocation = TensorProto.Types.DataLocation.External), "initialiser 'w' lies in another file"),
        new TestCaseData(Of(DataType.String, tensor => tensor.StringData.Add(ByteString.CopyFromUtf8("x"))), "initialiser 'w' has the unsupported type String"),
        new TestCaseData(Of((DataType)99, _ => { }), "initialiser 'w' has the unsupported type 99"),
        new TestCaseData(Of(DataType.Float, tensor => tensor.Dims.Add(-1)), "initialiser 'w' has a negative size"),
        new TestCaseData(Of(DataType.Float, tensor => tensor.Dims.Add(int.MaxValue)), "is larger than can be read"),
        new TestCaseData(Of(DataType.Float, tensor => tensor.Dims.AddRange([long.MaxValue, 9])), "the size of initialiser 'w' overflows"),
        new TestCaseData(Of(DataType.Float, tensor => tensor.Dims.AddRange(new long[100])), "an initialiser has more than 64 dimensions"),
    ];

    [TestCaseSource(nameof(Hostile))]
    public void An_initialiser_that_is_not_what_it_says_is_refused(TensorProto stored, string message)
    {
        Write(stored);

        Expect(message);
    }

    [Test]
    public void Two_initialisers_of_one_name_are_refused()
    {
        var twice = Of(DataType.Float, tensor => tensor.FloatData.AddRange([1, 2]));
        Write(twice, twice);

        Expect("initialiser 'w' is listed twice");
    }

    [Test]
    public void A_model_without_initialisers_is_refused()
    {
        Write();

        Expect("it has no initialisers: not an ONNX model, or one without weights in this file");
    }

    [Test]
    public void A_truncated_model_is_refused()
    {
        Write(Of(DataType.Float, tensor => tensor.FloatData.AddRange([1, 2])));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^5]);

        Expect("it is truncated, or no ONNX model");
    }

    [Test]
    public void Many_fields_of_nothing_take_no_more_memory_than_the_file()
    {
        // A million empty initialisers: the first is refused.
        byte[] graph = [.. Enumerable.Repeat(new byte[] { 0x2a, 0 }, 1_000_000).SelectMany(pair => pair)];
        var model = new ModelProto { IrVersion = 8 };
        File.WriteAllBytes(path, [.. model.ToByteArray(), 0x3a, .. Varint(graph.Length), .. graph]);
        var before = GC.GetTotalAllocatedBytes();

        Expect("initialiser '' has the unsupported type Undefined");
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(10_000_000));
    }

    [Test]
    public void A_published_model_is_read()
    {
        var model = Path.Combine(Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"), PublishedModel);
        if (!File.Exists(model)) Assert.Ignore($"{model} is not there: restore Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1");
        using var scope = NewDisposeScope();

        using var file = WeightFile.Open(model);

        Assert.That(file.Tensors, Has.Count.EqualTo(110));
        Assert.That(file.Tensors.Values.Sum(tensor => tensor.Count), Is.InRange(15_850_000, 15_950_000));
        Assert.That(file.Tensors.Values.All(tensor => tensor.Type == ScalarType.Float32 && tensor.Read().isfinite().all().item<bool>()));
    }

    private static TensorProto Of(DataType type, Action<TensorProto> fill)
    {
        var tensor = new TensorProto { Name = "w", DataType = (int)type };
        fill(tensor);
        if (tensor.Dims.Count == 0) tensor.Dims.Add(2);
        return tensor;
    }

    private void Write(params IEnumerable<TensorProto> initialisers)
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "a test", Graph = new GraphProto { Name = "graph" } };
        model.Graph.Initializer.AddRange(initialisers);
        File.WriteAllBytes(path, model.ToByteArray());
    }

    private void Expect(string message) => Assert.That(() => WeightFile.Open(path), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{path}: cannot be read as weights: ").And.Message.Contains(message));

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value >= 0x80; value >>= 7) yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
