using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>Where the networks of a benchmark are: on the CPU, or with <c>--device cuda</c> on a GPU, in float32 or with <c>--tf32</c>.</summary>
internal static class Placement
{
    public static Device Device { get; private set; } = CPU;

    public static void Take(string? name, bool allowsTf32)
    {
        Device = device(name ?? "cpu");
        if (Device.type != DeviceType.CUDA) return;
        (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (allowsTf32, allowsTf32);
    }

    /// <summary>A GPU computes behind a form's back.</summary>
    public static void Await()
    {
        if (Device.type == DeviceType.CUDA) cuda.synchronize();
    }
}
