using static TorchSharp.torch;

namespace Pole;

/// <summary>What is in a tensor, in row-major order: copied by torch in one piece, from any device and any order in memory. TorchSharp's own accessor fetches one value at a time.</summary>
public static class TensorValues
{
    /// <summary>The values as 32-bit floats; those of another type are converted.</summary>
    public static float[] ToFloats(this Tensor tensor)
    {
        var values = new float[tensor.numel()];
        Fill(values, ScalarType.Float32, tensor);
        return values;
    }

    /// <summary>The values as 64-bit integers; those of another type are converted.</summary>
    public static long[] ToIntegers(this Tensor tensor)
    {
        var values = new long[tensor.numel()];
        Fill(values, ScalarType.Int64, tensor);
        return values;
    }

    private static void Fill(Array values, ScalarType type, Tensor tensor)
    {
        if (values.Length == 0) return;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        frombuffer(values, type).view(tensor.shape).copy_(tensor);
    }
}
