using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Pole.Compute;

/// <summary>Vector instructions of torch, oneDNN and MKL. Each library reads its environment variable at its first computation, so the choice is made once per process.</summary>
public static class TorchInstructions
{
    /// <summary>Null for each library's own choice.</summary>
    public static InstructionSet? Chosen { get; private set; }

    /// <summary>Instructions in use, as specs spell them; <c>native</c> for each library's own choice.</summary>
    public static string Used => Chosen is { } chosen && X86Base.IsSupported ? Name(chosen) : "native";

    /// <summary>Whether the libraries may use AVX-512: the CPU has it, and nothing less was chosen.</summary>
    public static bool HaveAvx512 => (Chosen is null or InstructionSet.Avx512) && Has(InstructionSet.Avx512);

    /// <summary>Chooses the instructions of this process; call before the first use of torch. Has no effect on architectures other than x86.</summary>
    /// <exception cref="ExperimentException">The CPU does not support them, or others were chosen before.</exception>
    public static void Choose(InstructionSet instructions)
    {
        if (Chosen == instructions) return;
        if (Chosen is { } earlier) throw new ExperimentException($"compute.instructions: this process computes with {Name(earlier)} already, and {Name(instructions)} needs one of its own: run these experiments one by one");
        if (X86Base.IsSupported) SetVariables(instructions);
        Chosen = instructions;
    }

    /// <summary>As specs spell it.</summary>
    public static string Name(InstructionSet instructions) => instructions.ToString().ToLowerInvariant();

    private static void SetVariables(InstructionSet instructions)
    {
        if (!Has(instructions)) throw new ExperimentException($"compute.instructions: this CPU does not support {Name(instructions)}; a spec that extends this one can set another, with other results");
        // As ATen, oneDNN and MKL call them.
        var (torch, oneDnn, mkl) = instructions switch
        {
            InstructionSet.Sse => ("default", "SSE41", "COMPATIBLE"),
            InstructionSet.Avx2 => ("avx2", "AVX2", "AVX2"),
            _ => ("avx512", "AVX512_CORE", "AVX512"),
        };
        SetVariable("ATEN_CPU_CAPABILITY", torch);
        SetVariable("ONEDNN_MAX_CPU_ISA", oneDnn);
        SetVariable("MKL_CBWR", mkl);
    }

    private static bool Has(InstructionSet instructions) => instructions switch
    {
        InstructionSet.Sse => Sse41.IsSupported,
        InstructionSet.Avx2 => Avx2.IsSupported,
        _ => Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported,
    };

    /// <summary>For native code: <see cref="Environment.SetEnvironmentVariable(string, string)"/> does not reach <c>getenv</c> on Unix, nor the C runtime on Windows.</summary>
    private static void SetVariable(string name, string value)
    {
        var failed = OperatingSystem.IsWindows() ? SetOnWindows(name, value) : SetOnUnix(name, value, 1);
        if (failed != 0) throw new InvalidOperationException($"{name} cannot be set");
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetOnUnix([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    [DllImport("ucrtbase", EntryPoint = "_putenv_s")]
    private static extern int SetOnWindows([MarshalAs(UnmanagedType.LPStr)] string name, [MarshalAs(UnmanagedType.LPStr)] string value);
}
