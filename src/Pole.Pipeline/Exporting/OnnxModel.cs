using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using static TorchSharp.torch;

namespace Pole.Pipeline.Exporting;

/// <summary>A network as an ONNX model: input <c>images</c> of any number and size, and what whoever feeds it has to know as metadata.</summary>
public static class OnnxModel
{
    public const string Input = "images";

    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="experiment">Name of the experiment that trained it.</param>
    /// <param name="fingerprint">Of that run: a spec that is read back from its folder has another.</param>
    /// <exception cref="OnnxExportException">The network, or a module in it, writes no graph.</exception>
    public static void Write(string path, StoredNetwork network, string experiment, string fingerprint)
    {
        using var scope = NewDisposeScope();
        var graph = new OnnxGraph(network.Module, name => ExportedWeights.NameOf(network.Module, name));
        var values = graph.Module(network.Module, graph.Input(Input, "batch", 3, "height", "width"));
        foreach (var (value, (name, shape)) in values.Zip(network.Outputs)) graph.Output(name, value, shape);
        using var stream = File.Create(path);
        graph.ToModel(Metadata(network, experiment, fingerprint)).WriteTo(stream);
    }

    private static Dictionary<string, string> Metadata(StoredNetwork network, string experiment, string fingerprint) => new(StringComparer.Ordinal)
    {
        ["experiment"] = experiment,
        ["fingerprint"] = fingerprint,
        ["network"] = network.Stage,
        [network.Module is SegmentationNetwork ? "labels" : "classes"] = JsonSerializer.Serialize(network.Labels, Format),
        ["channels"] = ChannelsOf(network.Normalisation),
        ["mean"] = Numbers(network.Normalisation, channel => channel.Mean),
        ["std"] = Numbers(network.Normalisation, channel => channel.Deviation),
    };

    /// <summary>The order of the input planes: RGB or BGR.</summary>
    public static string ChannelsOf(PixelNormalisation normalisation) => normalisation.BlueFirst ? "BGR" : "RGB";

    /// <summary>Mean or deviation of each input plane, in the order of the planes, as a list of JSON.</summary>
    public static string Numbers(PixelNormalisation normalisation, Func<(float Mean, float Deviation), float> read) =>
        $"[{string.Join(", ", Enumerable.Range(0, 3).OrderBy(normalisation.Plane).Select(channel => read(normalisation.Of(channel)).ToString(CultureInfo.InvariantCulture)))}]";
}
