using BenchmarkDotNet.Attributes;
using Pole.Pipeline.Tests;

namespace Pole.Benchmarks;

/// <summary>A benchmark of which one form runs in a Python process, where the machine has what it needs. The process starts with the form's first step.</summary>
public abstract class PythonBenchmarks
{
    private PythonForm? python;

    /// <summary>Of the Python process so far.</summary>
    internal TimeSpan ProcessorTime => python?.ProcessorTime ?? TimeSpan.Zero;

    [GlobalCleanup]
    public void Stop() => python?.Dispose();

    /// <returns>Null where the machine lacks what it needs.</returns>
    private protected abstract PythonForm? Start();

    /// <param name="missing">What the machine may lack.</param>
    /// <returns>A loss, or a <see cref="PythonForm.Ramp"/>.</returns>
    private protected float StepOfPython(string missing)
    {
        if (python is null)
        {
            python = Start() ?? throw new NotSupportedException(missing);
            Console.WriteLine($"// {python.Build}");
        }

        return python.Step();
    }
}
