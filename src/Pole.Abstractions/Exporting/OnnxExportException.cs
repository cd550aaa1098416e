using static TorchSharp.torch;

namespace Pole;

/// <summary>A module writes no ONNX graph.</summary>
public sealed class OnnxExportException(nn.Module module, string? reason = null)
    : ExperimentException($"{module.GetName()} cannot be exported as ONNX: {reason ?? $"its class {module.GetType().Name} does not implement {nameof(IOnnxExport)}"}; the formats safetensors and pytorch need no graph (docs/exporting.md)")
{
    public nn.Module Module => module;
}
