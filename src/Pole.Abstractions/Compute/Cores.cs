using System.Globalization;
using System.Runtime.InteropServices;

namespace Pole.Compute;

/// <summary>The cores that a thread may run on. Threads and processes that it starts have them too; only Linux is told.</summary>
public static class Cores
{
    /// <summary>Of <c>cpu_set_t</c>: room for 1,024 cores.</summary>
    private const int MaskBytes = 128;

    /// <summary>Those of this thread, ascending; on other systems than Linux as many as the process may use.</summary>
    public static IReadOnlyList<int> OfThisThread()
    {
        if (!OperatingSystem.IsLinux()) return [.. Enumerable.Range(0, Environment.ProcessorCount)];
        var mask = new byte[MaskBytes];
        if (GetAffinity(0, MaskBytes, mask) != 0) throw new InvalidOperationException($"the cores of this thread cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
        return [.. Enumerable.Range(0, 8 * MaskBytes).Where(core => (mask[core / 8] & 1 << core % 8) != 0)];
    }

    /// <summary>Keeps this thread, and what it starts from now on, to some of its cores.</summary>
    public static void KeepThisThreadTo(IReadOnlyList<int> cores)
    {
        if (!OperatingSystem.IsLinux()) return;
        if (SetAffinity(0, MaskBytes, MaskOf(cores)) != 0) throw new InvalidOperationException($"this thread cannot be kept to the cores {string.Join(", ", cores)}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Keeps every thread of this process, and those that they start from now on, to some cores.</summary>
    public static void KeepProcessTo(IReadOnlyList<int> cores)
    {
        if (!OperatingSystem.IsLinux()) return;
        var mask = MaskOf(cores);
        // A thread that has ended since is none to keep.
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task")) _ = SetAffinity(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), MaskBytes, mask);
    }

    /// <summary>Deals cores out to a number of tasks that run at once: each has its own as long as there are enough, and else one that others have too.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Shares(IReadOnlyList<int> cores, int tasks) =>
        [.. Enumerable.Range(0, tasks).Select(task => tasks >= cores.Count ? (IReadOnlyList<int>)[cores[task % cores.Count]] : [.. cores.Where((_, index) => index * tasks / cores.Count == task)])];

    private static byte[] MaskOf(IEnumerable<int> cores)
    {
        var mask = new byte[MaskBytes];
        foreach (var core in cores) mask[core / 8] |= (byte)(1 << core % 8);
        return mask;
    }

    [DllImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static extern int GetAffinity(int thread, nint size, [Out] byte[] mask);

    [DllImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static extern int SetAffinity(int thread, nint size, byte[] mask);
}
