using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Pole.Benchmarks;

/// <summary>Short runs in this process: ratios within a run are what counts.</summary>
public sealed class InProcessConfig : ManualConfig
{
    /// <summary>A dense matrix of a whole photograph takes minutes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    public InProcessConfig()
    {
        AddJob(Job.ShortRun.WithToolchain(new InProcessEmitToolchain(Limit, logOutput: true)));
        // generators/Pole.Build has TorchSharp ask for no optimisation, which BenchmarkDotNet takes for a debug build.
        Options |= ConfigOptions.DisableOptimizationsValidator;
    }
}
