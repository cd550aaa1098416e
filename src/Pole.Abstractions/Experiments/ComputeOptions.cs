using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>
/// Numerical environment on a CPU: threads, vector instructions and convolution backend determine the order of summation, and with it the rounding. What is not
/// given is left to the machine and recorded with each result.
/// </summary>
public sealed record ComputeOptions
{
    /// <summary>Intra-op threads of torch. Fewer cores make them slower and change no result. Left out: the number given to the run, or one per core.</summary>
    [Range(1, 1024)] public int? Threads { get; init; }

    /// <summary>Widest vector instructions of torch, oneDNN and MKL. Left out: the widest of the CPU.</summary>
    public InstructionSet? Instructions { get; init; }

    /// <summary>Convolution backend. Left out: oneDNN.</summary>
    public ConvolutionBackend? Convolutions { get; init; }
}

/// <summary>Vector instruction sets of x86-64; other architectures use their own.</summary>
public enum InstructionSet
{
    /// <summary>The baseline of every x86-64 processor.</summary>
    Sse,

    Avx2,

    Avx512,
}

/// <summary>What torch computes convolutions with on a CPU.</summary>
public enum ConvolutionBackend
{
    /// <summary>oneDNN: fastest at published sizes; its blocking depends on the CPU's cache sizes.</summary>
    Onednn,

    /// <summary>torch's own: im2col and one matrix product per image, independent of cache sizes.</summary>
    Im2col,
}
