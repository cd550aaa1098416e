namespace Pole.Pipeline.Exporting;

/// <summary>Formats that networks are exported in.</summary>
public enum ExportFormat
{
    /// <summary>Weights by their published names.</summary>
    Safetensors,

    /// <summary>The graph with its weights.</summary>
    Onnx,

    /// <summary>A state dictionary, with every name that the published implementation has for a weight.</summary>
    PyTorch,
}
