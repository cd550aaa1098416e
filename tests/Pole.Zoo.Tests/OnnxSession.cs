using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>A module's graph in ONNX Runtime.</summary>
internal static class OnnxSession
{
    /// <returns>What the module's graph computes of images.</returns>
    public static IReadOnlyList<Tensor> Run(nn.Module module, params IEnumerable<Tensor> batches)
    {
        var graph = new OnnxGraph(module, name => name);
        var values = graph.Module(module, graph.Input("images", "batch", 3, "height", "width"));
        for (var output = 0; output < values.Count; output++) graph.Output($"output{output}", values[output]);
        using var session = new InferenceSession(graph.ToModel([]).ToByteArray());
        return [.. batches.SelectMany(images => Run(session, images))];
    }

    private static List<Tensor> Run(InferenceSession session, Tensor images)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(images.ToFloats(), images.shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, new Dictionary<string, OrtValue> { ["images"] = input }, session.OutputNames);
        return [.. outputs.Select(output => tensor(output.GetTensorDataAsSpan<float>().ToArray(), output.GetTensorTypeAndShape().Shape, device: CPU))];
    }

    /// <summary>Batch norms with statistics of random images: with those that they are made with, values of a deep network grow without end.</summary>
    public static void Calibrate(nn.Module network, Action<Tensor> forward)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        network.train();
        foreach (var norm in network.modules().OfType<TorchSharp.Modules.BatchNorm2d>()) norm.momentum = 1;
        forward(randn(2, 3, 65, 81));
        network.eval();
    }
}
