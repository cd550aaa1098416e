using System.Diagnostics;
using System.Reflection;
using Pole.Runner.Building;

namespace Pole.Runner.Tests;

/// <summary>An executable of the build, run as a process with redirected output.</summary>
internal sealed record PoleProcess(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly string Bin = $"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}";

    public static string Folder { get; } = typeof(PoleProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ExecutableFolder").Value!;

    /// <summary>The files that the executables start.</summary>
    public static string Build { get; } = Directory.GetDirectories(Path.Combine(Folder, "builds")).MaxBy(build => File.GetLastWriteTimeUtc(Path.Combine(build, BuildFolder.MarkFile)))!;

    /// <summary>Code that the build compiled in advance, and whether it could not.</summary>
    public static string ReadyToRun { get; } = Path.Combine(Folder[..Folder.LastIndexOf(Bin, StringComparison.Ordinal)], "obj", Folder[(Folder.LastIndexOf(Bin, StringComparison.Ordinal) + Bin.Length)..], "ready-to-run");

    /// <summary>Where runs go that are given no folder.</summary>
    public static string Runs { get; } = Path.Combine(Path.GetTempPath(), $"pole-runs-{Environment.ProcessId}");

    public static PoleProcess Run(string executable, params string[] arguments) => Run(Folder, executable, arguments, _ => { });

    /// <param name="folder">The current folder of the process.</param>
    public static PoleProcess RunIn(string folder, string executable, string[] arguments, (string Name, string Value)[] variables)
    {
        var start = StartOf(Folder, executable, arguments);
        start.WorkingDirectory = folder;
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Run(start, _ => { });
    }

    /// <summary>On the first core alone, by Linux's taskset.</summary>
    public static PoleProcess RunOnOneCore(string executable, string[] arguments, (string Name, string Value)[] variables)
    {
        var start = StartOf(Folder, executable, arguments);
        start.ArgumentList.Insert(1, "taskset");
        start.ArgumentList.Insert(2, "--cpu-list");
        start.ArgumentList.Insert(3, "0");
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Run(start, _ => { });
    }

    /// <param name="onLine">Called with each line of output and the process.</param>
    public static PoleProcess Run(string folder, string executable, string[] arguments, Action<(string Line, Process Process)> onLine) => Run(StartOf(folder, executable, arguments), onLine);

    /// <summary>For a process that a test talks to while it runs.</summary>
    public static ProcessStartInfo StartOf(string folder, string executable, string[] arguments)
    {
        var path = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{executable}.exe" : executable);
        // A shell without job control starts what runs in its background with SIGINT ignored, and that is inherited.
        var start = OperatingSystem.IsLinux() ? new ProcessStartInfo("env", ["--default-signal=INT", path, .. arguments]) : new ProcessStartInfo(path, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("POLE_", StringComparison.Ordinal) || key.StartsWith("MLFLOW_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(variable);
        start.Environment["POLE_RUNS"] = Runs;
        return start;
    }

    private static PoleProcess Run(ProcessStartInfo start, Action<(string Line, Process Process)> onLine)
    {
        using var process = new Process { StartInfo = start };
        var (output, error) = (new List<string>(), new List<string>());
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            output.Add(line.Data);
            onLine((line.Data, process));
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) error.Add(line.Data);
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} did not end within {Limit}");
        }

        process.WaitForExit();
        return new PoleProcess(process.ExitCode, string.Join('\n', output), string.Join('\n', error));
    }
}
