using System.Reflection;
using Google.Protobuf;
using Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole;

/// <summary>
/// An ONNX graph that is being built: operators (https://onnx.ai/onnx/operators), and weights of the network that is exported, each written once however many operators use it. <see cref="OnnxLayers"/> has torch's layers.
/// </summary>
public sealed class OnnxGraph
{
    /// <summary>The first in which Resize can leave batch and channels alone.</summary>
    public const int Opset = 18;

    /// <summary>That of ONNX 1.13, which brought the opset.</summary>
    private const int IrVersion = 8;

    private const string Producer = "Pole.Framework";

    private readonly GraphProto graph;
    private readonly Dictionary<nint, string> names = [];
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    /// <param name="network">Its parameters and buffers can become weights of the graph.</param>
    /// <param name="nameOf">The name in the file of a parameter or buffer.</param>
    public OnnxGraph(nn.Module network, Func<string, string> nameOf)
    {
        graph = new GraphProto { Name = network.GetName() };
        foreach (var (name, parameter) in network.named_parameters()) names[parameter.Handle] = nameOf(name);
        foreach (var (name, buffer) in network.named_buffers()) names[buffer.Handle] = nameOf(name);
    }

    /// <summary>An input of the graph, in 32-bit floats.</summary>
    /// <param name="shape">Sizes, and names of those that are not known; none at all for a shape that is left to be inferred.</param>
    public OnnxValue Input(string name, params IReadOnlyList<object> shape)
    {
        graph.Input.Add(Described(name, shape));
        return new OnnxValue(name);
    }

    /// <summary>Makes a value an output of the graph.</summary>
    /// <inheritdoc cref="Input"/>
    public void Output(string name, OnnxValue value, params IReadOnlyList<object> shape)
    {
        var node = new NodeProto { OpType = "Identity", Name = name };
        node.Input.Add(value.Name);
        node.Output.Add(name);
        graph.Node.Add(node);
        graph.Output.Add(Described(name, shape));
    }

    /// <summary>A parameter or buffer of the network.</summary>
    /// <exception cref="ArgumentException">The network has no such tensor: what is computed of weights is computed by operators.</exception>
    public OnnxValue Weight(Tensor tensor)
    {
        if (!names.TryGetValue(tensor.Handle, out var name)) throw new ArgumentException("the tensor is no parameter or buffer of the network that is exported", nameof(tensor));
        if (written.Add(name)) graph.Initializer.Add(Stored(name, tensor));
        return new OnnxValue(name);
    }

    /// <summary>A list of integers, such as a shape.</summary>
    public OnnxValue Integers(params long[] values) => Add("Constant", [], ("value_ints", values));

    /// <summary>Numbers that are no weights, such as a scale of pixels.</summary>
    public OnnxValue Numbers(IReadOnlyList<float> values, params IReadOnlyList<long> shape)
    {
        var stored = new TensorProto { DataType = (int)TensorProto.Types.DataType.Float };
        stored.Dims.AddRange(shape);
        stored.FloatData.AddRange(values);
        return Add("Constant", [], ("value", stored));
    }

    /// <summary>An operator with one output.</summary>
    /// <param name="attributes">Integers (<see cref="long"/>), numbers (<see cref="double"/>), texts, tensors and lists of integers.</param>
    public OnnxValue Add(string operation, IReadOnlyList<OnnxValue> inputs, params IReadOnlyList<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = $"{operation}_{graph.Node.Count}" };
        node.Input.AddRange(inputs.Select(input => input.Name));
        node.Output.Add(node.Name);
        node.Attribute.AddRange(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        graph.Node.Add(node);
        return new OnnxValue(node.Name);
    }

    /// <summary>What a module adds.</summary>
    /// <inheritdoc cref="IOnnxExport.AddTo"/>
    /// <exception cref="OnnxExportException">The module cannot be exported.</exception>
    public IReadOnlyList<OnnxValue> Module(nn.Module module, OnnxValue input) => module is IOnnxExport export ? export.AddTo(this, input) : throw new OnnxExportException(module);

    /// <param name="metadata">Texts that the file has besides the graph.</param>
    public ModelProto ToModel(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = Producer, ProducerVersion = typeof(OnnxGraph).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        model.MetadataProps.AddRange(metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return model;
    }

    private static TensorProto Stored(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var stored = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float, RawData = UnsafeByteOperations.UnsafeWrap(tensor.detach().to(ScalarType.Float32).cpu().contiguous().bytes.ToArray()) };
        stored.Dims.AddRange(tensor.shape);
        return stored;
    }

    private static ValueInfoProto Described(string name, IReadOnlyList<object> shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.AddRange(shape.Select(size => size is string unknown ? new TensorShapeProto.Types.Dimension { DimParam = unknown } : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(size, null) }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape.Count == 0 ? null : dimensions } } };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long integer:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, integer);
                break;
            case double number:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, (float)number);
                break;
            case TensorProto tensor:
                (attribute.Type, attribute.T) = (AttributeProto.Types.AttributeType.Tensor, tensor);
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case IReadOnlyList<long> integers:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.AddRange(integers);
                break;
            default:
                throw new ArgumentException($"an attribute cannot be a {value.GetType().Name}", nameof(value));
        }

        return attribute;
    }
}
