using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Pole.Build.Tests;

/// <summary>-p:TorchBackend and -p:TorchSharpVersion, read off the evaluated project: the CUDA packages are 2 GB and need not be there.</summary>
public sealed class TorchBackendTests
{
    [Test]
    public void The_default_is_the_CPU() => Assert.That(Packages(), Does.Contain("TorchSharp-cpu").And.No.Member("TorchSharp-cuda-linux").And.No.Member("TorchSharp-cuda-windows"));

    [Test]
    public void Cuda_takes_the_package_of_the_operating_system() =>
        Assert.That(Packages("-p:TorchBackend=cuda"), Does.Contain(OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux").And.No.Member("TorchSharp-cpu"));

    [Test]
    public void The_version_of_TorchSharp_is_a_property()
    {
        var versions = Evaluate("-getItem:PackageVersion", "-p:TorchSharpVersion=0.106.0").GetProperty("Items").GetProperty("PackageVersion").EnumerateArray()
            .Where(item => item.GetProperty("Identity").GetString()!.StartsWith("TorchSharp", StringComparison.Ordinal)).Select(item => item.GetProperty("Version").GetString());

        Assert.That(versions, Is.EqualTo(Enumerable.Repeat("0.106.0", 4)));
    }

    private static IReadOnlyList<string> Packages(params string[] properties) =>
        [.. Evaluate(["-getItem:PackageReference", .. properties]).GetProperty("Items").GetProperty("PackageReference").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];

    private static JsonElement Evaluate(params string[] arguments)
    {
        var root = typeof(TorchBackendTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;
        var start = new ProcessStartInfo("dotnet", ["msbuild", Path.Combine(root, "experiments", "Pole.Experiments.csproj"), .. arguments]) { RedirectStandardOutput = true, WorkingDirectory = root };
        // The test host's own MSBuild settings must not leak into the evaluation.
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(variable);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, output);
        return JsonDocument.Parse(output).RootElement;
    }
}
