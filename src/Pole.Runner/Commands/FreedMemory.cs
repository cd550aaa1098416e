using System.Runtime.InteropServices;

namespace Pole.Runner.Commands;

/// <summary>
/// Lets the C library keep the memory of tensors that a step frees for those that the next step makes. By default glibc gives tensors above some size back to the
/// system at once, and a training spends up to a fifth of its time on getting cleared pages again (man 3 mallopt). docs/scaling.md has what this costs and gains.
/// </summary>
internal static class FreedMemory
{
    /// <summary>Numbers that <c>malloc.h</c> gives them.</summary>
    private const int TrimThreshold = -1, TopPad = -2, MapThreshold = -3;

    /// <summary>In bytes. 32 MiB is the largest size that threads other than the first can keep.</summary>
    private static readonly (int Parameter, int Bytes)[] Settings = [(MapThreshold, 32 << 20), (TrimThreshold, 512 << 20), (TopPad, 64 << 20)];

    /// <summary>Leaves alone what is set in the environment, and systems without glibc.</summary>
    public static void Keep()
    {
        var isSet = Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.StartsWith("MALLOC_", StringComparison.Ordinal) || name == "GLIBC_TUNABLES");
        if (isSet || !OperatingSystem.IsLinux() || !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallopt", out _)) return;
        foreach (var (parameter, bytes) in Settings) SetOption(parameter, bytes);
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int SetOption(int parameter, int value);
}
