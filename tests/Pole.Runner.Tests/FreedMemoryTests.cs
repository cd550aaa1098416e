using System.Globalization;
using System.Runtime.InteropServices;
using Pole.Runner.Commands;

namespace Pole.Runner.Tests;

[Platform("Linux")]
public sealed class FreedMemoryTests
{
    /// <summary>Together more than the C library keeps by itself.</summary>
    private const int Tensors = 4, Size = 16 << 20;

    private const int Steps = 20, Page = 4096;

    [Test]
    public void A_step_finds_the_memory_of_the_step_before()
    {
        FreedMemory.Keep();
        Step();
        var before = PagesCleared();
        for (var step = 0; step < Steps; step++) Step();

        Assert.That(PagesCleared() - before, Is.LessThan(Steps * Tensors * (Size / Page) / 10));
    }

    private static void Step()
    {
        var memory = new nint[Tensors];
        for (var tensor = 0; tensor < Tensors; tensor++)
        {
            memory[tensor] = Marshal.AllocHGlobal(Size);
            for (var page = 0; page < Size; page += Page) Marshal.WriteByte(memory[tensor], page, 1);
        }

        foreach (var tensor in memory) Marshal.FreeHGlobal(tensor);
    }

    /// <summary>Minor page faults of this process (man 5 proc, stat, field 10).</summary>
    private static long PagesCleared() => long.Parse(File.ReadAllText("/proc/self/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[7], CultureInfo.InvariantCulture);
}
