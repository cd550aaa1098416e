using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Pole.Compute;

namespace Pole.Runner.Launching.Local;

/// <summary>
/// A process for each task of a launch, a bounded number of them at once, spread over devices and cores. Tasks that run at once are each kept to cores of their own; the number of threads, and with it every
/// byte of a result, stays the spec's. A task that leaves its threads to the machine has the machine for itself.
/// </summary>
/// <param name="devices">Empty where tasks are not to be told.</param>
internal sealed class LocalRun(Launch launch, IReadOnlyList<string> devices, TextWriter output)
{
    private const string VisibleDevices = "CUDA_VISIBLE_DEVICES", WaitPolicy = "OMP_WAIT_POLICY";
    private const int Terminate = 15;

    /// <returns>The tasks that did not end well.</returns>
    /// <exception cref="OperationCanceledException">Stopped; tasks that ran were asked to write a checkpoint.</exception>
    public int Run(CancellationToken cancellation)
    {
        var slots = new BlockingCollection<Slot>();
        var most = Math.Max(1, launch.Steps.Sum(step => step.Tasks.Count));
        foreach (var slot in Slots(Math.Min(most, launch.Parallel ?? (devices.Count > 0 ? devices.Count : launch.Threads is null ? 1 : Cores.OfThisThread().Count)))) slots.Add(slot, CancellationToken.None);
        var steps = new Dictionary<string, Task<int>>(StringComparer.Ordinal);
        foreach (var step in launch.Steps)
        {
            var after = step.After.Select(name => steps[name]).ToArray();
            steps[step.Name] = Task.Run(async () =>
            {
                await Task.WhenAll(after);
                var results = await Task.WhenAll(step.Tasks.Select((_, index) => Task.Factory.StartNew(() => RunTask(step, index, slots, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
                return results.Count(good => !good);
            }, CancellationToken.None);
        }

        var failed = Task.WhenAll(steps.Values).GetAwaiter().GetResult().Sum();
        cancellation.ThrowIfCancellationRequested();
        return failed;
    }

    private IEnumerable<Slot> Slots(int count) => Cores.Shares(Cores.OfThisThread(), count).Select((cores, index) => new Slot(devices.Count == 0 ? null : devices[index % devices.Count], count == 1 ? null : cores));

    /// <returns>Whether it ended well.</returns>
    private bool RunTask(LaunchStep step, int index, BlockingCollection<Slot> slots, CancellationToken cancellation)
    {
        var slot = slots.Take(CancellationToken.None);
        try
        {
            return !cancellation.IsCancellationRequested && RunProcess(step, index, slot, cancellation);
        }
        finally
        {
            slots.Add(slot, CancellationToken.None);
        }
    }

    private bool RunProcess(LaunchStep step, int index, Slot slot, CancellationToken cancellation)
    {
        var (words, elapsed) = (step.Command.Words(index), Stopwatch.StartNew());
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (slot.Device is not null) start.Environment[VisibleDevices] = slot.Device;
        if (slot.Cores is not null) KeepTo(slot.Cores, start);
        using var log = TextWriter.Synchronized(File.AppendText(step.Tasks[index].LogFile));
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            throw new ExperimentException($"'{words[0]}' cannot be started: {exception.Message}; it is the first word of the machine profile's command", exception);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var stop = cancellation.Register(() => Stop(process));
        process.WaitForExit();
        var error = CompleteState(step, index, process.ExitCode);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step.Name}: {step.Tasks[index].Title}: {(error ?? "done")} in {elapsed.Elapsed.TotalSeconds:f1} s"));
        return error is null;

        void Log(string? line)
        {
            if (line is not null) log.WriteLine(line);
        }
    }

    /// <summary>The process has the cores of the thread that starts it. Threads that wait must not spin on a core that another's work waits for.</summary>
    private static void KeepTo(IReadOnlyList<int> cores, ProcessStartInfo start)
    {
        Cores.KeepThisThreadTo(cores);
        start.Environment.TryAdd(WaitPolicy, "passive");
    }

    /// <summary>A process that was killed could not say so itself.</summary>
    /// <returns>The error; null where there is none.</returns>
    private string? CompleteState(LaunchStep step, int index, int exitCode)
    {
        var path = LaunchFolder.StateOf(launch.Folder, step.Name, index);
        var state = TaskState.Read(path) ?? TaskState.Begin(null);
        if (state.Outcome == TaskOutcome.Running) (state = state.End(TaskOutcome.Failed, string.Create(CultureInfo.InvariantCulture, $"ended with exit code {exitCode}; see {step.Tasks[index].LogFile}"))).Write(path);
        return state.Outcome switch { TaskOutcome.Done => null, TaskOutcome.Stopped => "stopped", _ => $"error: {state.Error}" };
    }

    private static void Stop(Process process)
    {
        if (OperatingSystem.IsWindows()) process.Kill();
        else _ = Kill(process.Id, Terminate);
    }

    /// <param name="Device">Null for what a task finds by itself.</param>
    /// <param name="Cores">Null for all.</param>
    private sealed record Slot(string? Device, IReadOnlyList<int>? Cores);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
