namespace Pole.Runner.Progress;

/// <summary>What the process holds, libtorch's memory included.</summary>
internal static class ProcessMemory
{
    public static double Gigabytes() => Environment.WorkingSet / 1e9;
}
