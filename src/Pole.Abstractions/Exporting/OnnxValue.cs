namespace Pole;

/// <summary>A tensor of an ONNX graph: an input, a weight, or the output of an operator.</summary>
public readonly record struct OnnxValue(string Name)
{
    /// <summary>An optional input that is left out.</summary>
    public static OnnxValue None { get; } = new("");
}
