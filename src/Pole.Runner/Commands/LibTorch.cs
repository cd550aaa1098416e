using System.Runtime.InteropServices;
using Pole.Compute;
using Pole.Runner.Sharing;

namespace Pole.Runner.Commands;

/// <summary>
/// Loads TorchSharp's native library before TorchSharp does: when loading fails there, it copies 480 MB beside the
/// executable and reports something else.
/// </summary>
internal static class LibTorch
{
    /// <summary>As long as the process lives.</summary>
    private static SharedCores? shared;

    /// <param name="experiments">What this process will compute.</param>
    /// <exception cref="ExperimentException">The library is missing or cannot be loaded, or the experiments ask for instructions that the CPU does not have, or for different ones.</exception>
    public static void Load(params IEnumerable<Experiment> experiments)
    {
        IReadOnlyList<Experiment> computed = [.. experiments];
        ChooseInstructions(computed);
        var name = OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";
        var path = Path.Combine(AppContext.BaseDirectory, name);
        if (!File.Exists(path)) throw new ExperimentException($"{path} is missing: build again with dotnet build (add -p:TorchBackend=cuda for a GPU)");
        try
        {
            NativeLibrary.Load(path);
            FreedMemory.Keep();
            if (computed.Count > 0) shared ??= SharedCores.Join();
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new ExperimentException($"{path} cannot be loaded: {exception.Message.Split('\n')[0].Trim()}", exception);
        }
    }

    private static void ChooseInstructions(IReadOnlyList<Experiment> experiments)
    {
        if (experiments.Count == 0) return;
        var (first, chosen) = (experiments[0], experiments[0].Compute?.Instructions);
        if (experiments.FirstOrDefault(other => other.Compute?.Instructions != chosen) is { } other)
            throw new ExperimentException($"{first.Name} and {other.Name} differ in compute.instructions, which are chosen once a process: run them one by one, and put them side by side with pole compare");
        if (chosen is { } instructions) TorchInstructions.Choose(instructions);
    }
}
