using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

/// <summary>Weights and images that the reference fills from a closed formula (golden README, "Formula weights").</summary>
internal static class FormulaTensors
{
    /// <summary>The weights of a case, filled by its own rules.</summary>
    public static Dictionary<string, Tensor> OfCase(GoldenCase golden)
    {
        var keys = golden["keys"].EnumerateArray().Select(key => key.GetString()!).ToList();
        return keys.Select((key, k) => (key, k)).ToDictionary(entry => entry.key,
            entry => Fill(entry.key, (uint)entry.k, [.. golden["key_shapes"].GetProperty(entry.key).EnumerateArray().Select(size => size.GetInt64())], Rule(golden["gain"], entry.key), Rule(golden["bn_scale"], entry.key)), StringComparer.Ordinal);
    }

    /// <summary>The value of the first pattern (a name, or one with * at an end) that fits, else that of "others".</summary>
    private static double Rule(JsonElement rules, string key) =>
        rules.EnumerateObject().Where(rule => rule.Name == key || (rule.Name.StartsWith('*') && key.EndsWith(rule.Name[1..], StringComparison.Ordinal)) || (rule.Name.EndsWith('*') && key.StartsWith(rule.Name[..^1], StringComparison.Ordinal)))
            .Select(rule => (double?)rule.Value.GetDouble()).FirstOrDefault() ?? rules.GetProperty("others").GetDouble();

    /// <summary>x = 1.2·sin(0.11w + 0.7c + 0.3b)·cos(0.07h + 0.5c) + 0.8·(2u(i, seed) − 1).</summary>
    public static Tensor Image(int count, int height, int width, uint seed)
    {
        var values = new float[count * 3 * height * width];
        var i = 0;
        for (var b = 0; b < count; b++)
        for (var c = 0; c < 3; c++)
        for (var h = 0; h < height; h++)
        for (var w = 0; w < width; w++, i++)
            values[i] = (float)(1.2 * Math.Sin(0.11 * w + 0.7 * c + 0.3 * b) * Math.Cos(0.07 * h + 0.5 * c) + 0.8 * (2 * Uniform((uint)i, seed) - 1));
        return tensor(values, [count, 3, height, width]);
    }

    private static Tensor Fill(string key, uint k, long[] shape, double gain, double normScale)
    {
        var count = (int)shape.Aggregate(1L, (product, size) => product * size);
        var values = new float[count];
        var fanIn = shape.Length >= 2 ? count / shape[0] : 1;
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)(
                shape.Length >= 2 ? (2 * Uniform((uint)i, k) - 1) * Math.Sqrt(gain * 3 / fanIn)
                : key.EndsWith("running_mean", StringComparison.Ordinal) ? 0.05 * Math.Sin(2.0 * i + k)
                : key.EndsWith("running_var", StringComparison.Ordinal) ? 1 + 0.1 * Math.Cos(i + (double)k)
                : key.EndsWith("bias", StringComparison.Ordinal) ? 0.05 * Math.Cos(i + (double)k)
                : normScale * (1 + 0.1 * Math.Sin(i + (double)k)));
        }

        return tensor(values, shape);
    }

    private static double Uniform(uint i, uint k)
    {
        unchecked
        {
            var h = i + 0x9E3779B9u * (k + 1);
            h ^= h >> 16;
            h *= 0x85EBCA6Bu;
            h ^= h >> 13;
            h *= 0xC2B2AE35u;
            h ^= h >> 16;
            return h / 4294967296.0;
        }
    }
}
