using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Pole.Compute;
using Pole.Runner.Building;
using Pole.Runner.Commands;
using Pole.Runner.Launching;
using TorchSharp;

namespace Pole.Runner.Doctor;

/// <summary>Looks at everything that a run needs of a machine, and goes on where something is wrong.</summary>
/// <param name="store">Folder of stage results.</param>
/// <param name="runs">Folder of runs.</param>
/// <param name="data">Null where none is given; so with weights and the machine profile.</param>
internal sealed class MachineCheck(string store, string runs, string? data, string? weights, string? profile)
{
    private const double Gigabyte = 1e9, LeastDisk = 5, LeastMemory = 4;
    private const string WaitPolicy = "OMP_WAIT_POLICY";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public IReadOnlyList<Finding> Run()
    {
        var torch = LibTorchFinding();
        return [Build(), Sdk(), torch, .. torch.Verdict == Verdict.Problem ? [] : Computing(), Memory(), .. Folder("store", store, "--store"), .. Folder("runs", runs, "--runs"), Given("data", data, "--data", "the published data sets and your own need it; Shapes does not"),
            Given("weights", weights, "--weights", "published networks and CLIPs need it; what is trained from scratch does not"), Profile()];
    }

    private static Finding Build() => new("build", $"{FrameworkVersion.Text}, {BuildFolder.Running?.Name ?? "no build folder"}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.OSDescription}");

    private static Finding Sdk()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() })!;
            var version = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Patience)) process.Kill(entireProcessTree: true);
            else if (process.ExitCode == 0 && version.Result.Trim() is { Length: > 0 } found)
                return found.Split('.')[0] is var major && int.TryParse(major, CultureInfo.InvariantCulture, out var number) && number >= 10 ? new Finding("SDK", found) : new Finding("SDK", found, Verdict.Note, "building specs needs the .NET 10 SDK: https://dot.net");
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException)
        {
            // Said below.
        }

        return new Finding("SDK", "none", Verdict.Note, "runs do not need it; building specs needs the .NET 10 SDK: https://dot.net");
    }

    private static Finding LibTorchFinding()
    {
        try
        {
            LibTorch.Load();
            return new Finding("libtorch", $"{torch.__version__}, {(torch.cuda.is_available() ? $"CUDA, {torch.cuda.device_count()} devices" : "CPU")}");
        }
        catch (Exception exception)
        {
            return new Finding("libtorch", exception.Message.Split('\n')[0], Verdict.Problem, "build again: dotnet build, or dotnet build -p:TorchBackend=cuda for a GPU");
        }
    }

    private static IEnumerable<Finding> Computing()
    {
        yield return new Finding("processor", $"{Processor.Name}, {TorchInstructions.Used}");
        var (threads, cores) = (torch.get_num_threads(), Environment.ProcessorCount);
        yield return threads <= cores ? new Finding("threads", $"{threads} of libtorch on {cores} cores") : new Finding("threads", $"{threads} of libtorch on {cores} cores", Verdict.Note, $"more threads than cores wait for each other: OMP_NUM_THREADS={cores}, or --threads {cores}");
        var policy = MachineOptions.Setting(WaitPolicy);
        yield return policy is null || string.Equals(policy, "passive", StringComparison.OrdinalIgnoreCase) ? new Finding("OpenMP waiting", policy ?? "by default; runs that share the machine see each other")
            : new Finding("OpenMP waiting", policy, Verdict.Note, $"threads that spin slow every other process down: unset {WaitPolicy}");
    }

    private static Finding Memory()
    {
        var total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gigabyte;
        return total >= LeastMemory ? new Finding("memory", Number(total)) : new Finding("memory", Number(total), Verdict.Note, $"a run on Shapes takes 1 GB, one on VOC {LeastMemory} GB and more: smaller batches, or a larger limit of the container");
    }

    private static IEnumerable<Finding> Folder(string subject, string path, string option)
    {
        Exception? refused = null;
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".pole-doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            refused = exception;
        }

        if (refused is not null)
        {
            yield return new Finding(subject, $"{path}: {refused.Message.Split('\n')[0]}", Verdict.Problem, $"give a folder that can be written with {option}");
            yield break;
        }

        var free = new DriveInfo(path).AvailableFreeSpace / Gigabyte;
        yield return free >= LeastDisk ? new Finding(subject, $"{path}, {Number(free)} free") : new Finding(subject, $"{path}, {Number(free)} free", Verdict.Note, $"pole cache prune, or another folder with {option}");
    }

    private static Finding Given(string subject, string? folder, string option, string without) => folder is null ? new Finding(subject, "not given", Verdict.Ok, $"{option}: {without}")
        : Directory.Exists(folder) ? new Finding(subject, Path.GetFullPath(folder)) : new Finding(subject, $"{folder}: there is no such folder", Verdict.Problem, $"name a folder with {option}");

    private Finding Profile()
    {
        if (profile is null) return new Finding("machine profile", "not given");
        try
        {
            MachineProfileFile.Read(profile);
            return new Finding("machine profile", Path.GetFullPath(profile));
        }
        catch (ExperimentException exception)
        {
            // Which says what to do.
            return new Finding("machine profile", exception.Message, Verdict.Problem);
        }
    }

    private static string Number(double gigabytes) => string.Create(CultureInfo.InvariantCulture, $"{gigabytes:f1} GB");
}
