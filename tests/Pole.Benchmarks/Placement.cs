using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>Where the networks of a benchmark are: on the CPU, or with <c>--device cuda</c> on a GPU, in float32 or with <c>--tf32</c>.</summary>
internal static class Placement
{
    private static Device device = CPU;

    public static Device Device
    {
        get
        {
            IsUsed = true;
            return device;
        }
    }

    /// <summary>Whether a benchmark has asked where its networks are to be. One that does not computes on the CPU.</summary>
    public static bool IsUsed { get; private set; }

    public static void Take(string? name, bool allowsTf32)
    {
        device = torch.device(name ?? "cpu");
        if (device.type != DeviceType.CUDA) return;
        (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (allowsTf32, allowsTf32);
    }

    /// <summary>A GPU computes behind a form's back.</summary>
    public static void Await()
    {
        if (device.type == DeviceType.CUDA) cuda.synchronize();
    }
}
