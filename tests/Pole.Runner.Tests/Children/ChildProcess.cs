using System.Collections.Concurrent;
using System.Diagnostics;

namespace Pole.Runner.Tests.Children;

/// <summary>A <see cref="ChildProgram"/> that runs, read line by line.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly BlockingCollection<string> lines = [];
    private readonly Process process;
    private readonly Task<string> errors;

    public ChildProcess(string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(ChildProgram).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        process = Process.Start(start)!;
        errors = process.StandardError.ReadToEndAsync();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null) lines.Add(line.Data);
            else lines.CompleteAdding();
        };
        process.BeginOutputReadLine();
    }

    /// <summary>Waits for the end.</summary>
    public int ExitCode
    {
        get
        {
            process.WaitForExit();
            return process.ExitCode;
        }
    }

    public string Error => errors.Result;

    /// <summary>The next line of output; null at its end. A process that is silent for longer than <paramref name="limit"/> is killed, and the test fails.</summary>
    /// <param name="doing">What it was at, for the message.</param>
    public string? ReadLine(TimeSpan limit, string doing)
    {
        if (lines.TryTake(out var line, limit)) return line;
        if (lines.IsCompleted) return null;
        process.Kill(entireProcessTree: true);
        Assert.Fail($"{doing}: no end within {limit.TotalSeconds} s");
        return null;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
        lines.Dispose();
    }
}
