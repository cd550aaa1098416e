using TorchSharp;

namespace Pole.Compute;

/// <summary>Applies the numerical environment of an experiment to torch.</summary>
public static class TorchCompute
{
    private static int? own;

    /// <summary>Intra-op threads of experiments that do not set <c>compute.threads</c>; null for one per core.</summary>
    public static int? DefaultThreads { get; set; }

    /// <exception cref="ExperimentException">The experiment requires other vector instructions than this process uses.</exception>
    public static void Apply(Experiment experiment)
    {
        var compute = experiment.Compute ?? new ComputeOptions();
        if (compute.Instructions != TorchInstructions.Chosen)
            throw new ExperimentException($"{experiment.Name}: compute.instructions is {Name(compute.Instructions)}, and this process computes with {Name(TorchInstructions.Chosen)}: run it by itself, after {nameof(TorchInstructions)}.{nameof(TorchInstructions.Choose)} in a program of your own");
        OneDnn.Use(compute.Convolutions is not ConvolutionBackend.Im2col);
        own ??= torch.get_num_threads();
        var threads = compute.Threads ?? DefaultThreads ?? own.Value;
        // Also where it is their number already: only when it is told does MKL keep to it on fewer cores.
        torch.set_num_threads(threads);
    }

    private static string Name(InstructionSet? instructions) => instructions is { } set ? TorchInstructions.Name(set) : "those of the CPU";
}
