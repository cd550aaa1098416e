namespace Pole.Pipeline.Exporting;

/// <summary>Files of trained networks for other programs.</summary>
public static class NetworkExport
{
    public static string ExtensionOf(ExportFormat format) => format switch { ExportFormat.Onnx => ".onnx", ExportFormat.PyTorch => ".pth", _ => ".safetensors" };

    /// <param name="experiment">Name of the experiment that trained it.</param>
    /// <param name="fingerprint">Of that run.</param>
    /// <exception cref="OnnxExportException">The network, or a module in it, cannot be exported as ONNX.</exception>
    public static void Write(string path, StoredNetwork network, string experiment, string fingerprint, ExportFormat format)
    {
        switch (format)
        {
            case ExportFormat.Onnx:
                OnnxModel.Write(path, network, experiment, fingerprint);
                break;
            case ExportFormat.PyTorch:
                ExportedWeights.WritePyTorch(path, network.Module);
                break;
            default:
                ExportedWeights.WriteSafetensors(path, network.Module);
                break;
        }
    }
}
