using System.Runtime.InteropServices;

namespace Pole.Runner.Commands;

/// <summary>
/// Loads TorchSharp's native library before TorchSharp does: when loading fails there, it copies 480 MB beside the
/// executable and reports something else.
/// </summary>
internal static class LibTorch
{
    /// <exception cref="ExperimentException">The library is missing or cannot be loaded.</exception>
    public static void Load()
    {
        var name = OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";
        var path = Path.Combine(AppContext.BaseDirectory, name);
        if (!File.Exists(path)) throw new ExperimentException($"{path} is missing: build again with dotnet build (add -p:TorchBackend=cuda for a GPU)");
        try
        {
            NativeLibrary.Load(path);
            FreedMemory.Keep();
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new ExperimentException($"{path} cannot be loaded: {exception.Message.Split('\n')[0].Trim()}", exception);
        }
    }
}
