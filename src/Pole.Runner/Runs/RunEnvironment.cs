using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pole.Compute;
using Pole.Runner.Building;
using TorchSharp;

namespace Pole.Runner.Runs;

/// <summary>What a run ran on: <c>environment.json</c> in its folder.</summary>
internal static class RunEnvironment
{
    public const string FileName = "environment.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string folder, Experiment experiment, ModuleContext modules) => AtomicFile.Write(Path.Combine(folder, FileName), path => File.WriteAllText(path, JsonSerializer.Serialize(new
    {
        // The SDK puts the commit behind the version: 0.1.0+d9afd4e….
        Framework = VersionOf(typeof(RunEnvironment).Assembly),
        Experiments = VersionOf(Assembly.GetEntryAssembly()),
        Build = BuildFolder.Running?.Name,
        CommandLine = Environment.GetCommandLineArgs(),
        Device = modules.Device.ToString(),
        Threads = torch.get_num_threads(),
        Processor = Processor.Name,
        Instructions = TorchInstructions.Used,
        OneDnn = OneDnn.IsUsed,
        modules.Workers,
        Processors = Environment.ProcessorCount,
        Machine = Environment.MachineName,
        System = RuntimeInformation.OSDescription,
        Runtime = RuntimeInformation.FrameworkDescription,
        Torch = torch.__version__,
        Seeds = new[] { experiment.Seed },
        Packages = Packages(),
    }, Format)));

    private static SortedDictionary<string, string> Packages() => new(AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => !assembly.IsDynamic && assembly.GetName().Name is { } name && !name.StartsWith("System", StringComparison.Ordinal) && !name.StartsWith("Pole", StringComparison.Ordinal) && name is not ("netstandard" or "mscorlib"))
        // A host of plugins may load one assembly twice.
        .DistinctBy(assembly => assembly.GetName().Name).ToDictionary(assembly => assembly.GetName().Name!, VersionOf), StringComparer.Ordinal);

    private static string VersionOf(Assembly? assembly) => assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
