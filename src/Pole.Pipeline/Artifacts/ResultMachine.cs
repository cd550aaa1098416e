using System.Text.Json;
using Pole.Compute;
using TorchSharp;

namespace Pole.Pipeline.Artifacts;

/// <summary>Hardware and torch settings that computed a stored result. Not part of any key: they affect rounding, not meaning.</summary>
/// <param name="Processor">Brand string.</param>
/// <param name="Device">cpu, cuda.</param>
/// <param name="Threads">Intra-op threads of torch.</param>
/// <param name="Instructions">Vector instructions that the spec pinned; native for the widest of the processor.</param>
/// <param name="Convolutions">Convolution backend on a CPU: onednn or im2col.</param>
public sealed record ResultMachine(string Processor, string Device, int Threads, string Instructions, string Convolutions)
{
    internal const string FileName = "machine.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Of this process, as set now.</summary>
    public static ResultMachine Current(DeviceType device) => new(Compute.Processor.Name, device.ToString().ToLowerInvariant(), torch.get_num_threads(),
        TorchInstructions.Used, OneDnn.IsUsed ? "onednn" : "im2col");

    internal void Write(string folder) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Format));

    /// <returns>Null for results of versions that did not record it.</returns>
    internal static ResultMachine? Of(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize<ResultMachine>(File.ReadAllText(path), Format) : null;
    }
}
