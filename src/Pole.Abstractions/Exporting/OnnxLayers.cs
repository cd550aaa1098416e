using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole;

/// <summary>Torch's layers and functions as ONNX operators, as they are in inference.</summary>
public static class OnnxLayers
{
    private const long Channels = 1, Rows = 2, Columns = 3;

    /// <summary>Layers one after the other, and lists of them.</summary>
    /// <exception cref="OnnxExportException">One is neither a layer that is known here nor an <see cref="IOnnxExport"/>.</exception>
    public static OnnxValue Layers(this OnnxGraph graph, OnnxValue input, params IEnumerable<nn.Module> layers) => layers.Aggregate(input, (value, layer) => layer switch
    {
        Conv2d convolution => Convolution(graph, value, convolution),
        BatchNorm2d norm => Norm(graph, value, norm),
        ReLU => graph.Relu(value),
        Sequential sequence => graph.Layers(value, sequence.children()),
        _ => graph.Module(layer, value)[^1],
    });

    public static OnnxValue Relu(this OnnxGraph graph, OnnxValue input) => graph.Add("Relu", [input]);

    public static OnnxValue Sum(this OnnxGraph graph, params IReadOnlyList<OnnxValue> inputs) => inputs.Count == 1 ? inputs[0] : graph.Add("Sum", inputs);

    /// <summary>Joins channels.</summary>
    public static OnnxValue Concatenate(this OnnxGraph graph, params IReadOnlyList<OnnxValue> inputs) => graph.Add("Concat", inputs, ("axis", Channels));

    public static OnnxValue MaxPool(this OnnxGraph graph, OnnxValue input, long kernel, long stride, long padding, bool ceilMode = false) =>
        graph.Add("MaxPool", [input], ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }), ("pads", new[] { padding, padding, padding, padding }), ("ceil_mode", ceilMode ? 1L : 0L));

    /// <returns><c>[N, C, 1, 1]</c>.</returns>
    public static OnnxValue GlobalAveragePool(this OnnxGraph graph, OnnxValue input) => graph.Add("GlobalAveragePool", [input]);

    /// <returns><c>[N, C · H · W]</c>.</returns>
    public static OnnxValue Flatten(this OnnxGraph graph, OnnxValue input) => graph.Add("Flatten", [input], ("axis", Channels));

    /// <summary>Bilinear interpolation to the size of another value, as torch does without <c>align_corners</c>.</summary>
    public static OnnxValue ResizeTo(this OnnxGraph graph, OnnxValue input, OnnxValue other) =>
        graph.Add("Resize", [input, OnnxValue.None, OnnxValue.None, SizeOf(graph, other)], ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"), ("axes", new[] { Rows, Columns }));

    /// <summary>Repeats a value <c>[N, C, 1, 1]</c> at every cell of another.</summary>
    public static OnnxValue ExpandTo(this OnnxGraph graph, OnnxValue input, OnnxValue other) => graph.Add("Expand", [input, graph.Add("Concat", [graph.Integers(1, 1), SizeOf(graph, other)], ("axis", 0L))]);

    private static OnnxValue SizeOf(OnnxGraph graph, OnnxValue value) => graph.Add("Shape", [value], ("start", Rows), ("end", Columns + 1));

    private static OnnxValue Convolution(OnnxGraph graph, OnnxValue input, Conv2d layer)
    {
        if (layer.padding is not { } padding || layer.padding_mode != PaddingModes.Zeros) throw new OnnxExportException(layer, "only zeros of a given width are written as padding");
        OnnxValue[] inputs = [input, graph.Weight(layer.weight!), .. layer.bias is { } bias ? [graph.Weight(bias)] : Array.Empty<OnnxValue>()];
        return graph.Add("Conv", inputs, ("kernel_shape", layer.kernel_size), ("strides", layer.stride), ("pads", padding.Concat(padding).ToArray()), ("dilations", layer.dilation), ("group", layer.groups));
    }

    private static OnnxValue Norm(OnnxGraph graph, OnnxValue input, BatchNorm2d layer)
    {
        if (!layer.affine || !layer.track_running_stats) throw new OnnxExportException(layer, "a batch norm needs scale, shift and running statistics");
        return graph.Add("BatchNormalization", [input, graph.Weight(layer.weight!), graph.Weight(layer.bias!), graph.Weight(layer.running_mean!), graph.Weight(layer.running_var!)], ("epsilon", layer.eps));
    }
}
