using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Pole.Compute;

/// <summary>
/// Enables and disables oneDNN, torch's convolution backend on a CPU, and detects machines on which it is wrong. oneDNN 3.7.1, part of libtorch 2.10, reads the cache sizes of
/// AMD processors from CPUID leaf 8000001D without checking that the leaf is present (<c>setCacheHierarchy</c> in its <c>xbyak_util.h</c>). A virtual machine may hide it;
/// every cache then has a size of one byte, reorders are blocked for that size, and the padding of channels to whole blocks stays uninitialised. Outputs and gradients of
/// layers whose channels are not a multiple of 16 (8 with AVX2) are wrong by their own magnitude, without an error. On such machines oneDNN is disabled.
/// </summary>
public static class OneDnn
{
    /// <summary>"Auth" of "AuthenticAMD".</summary>
    private const int Amd = 0x68747541;

    private const string TorchSharp = nameof(TorchSharp);

    private const int ExtendedFunctions = unchecked((int)0x80000000), CacheTopology = unchecked((int)0x8000001D);

    /// <summary>Whether oneDNN computes wrong convolutions on this machine.</summary>
    public static bool IsUnsafe { get; } = X86Base.IsSupported && X86Base.CpuId(0, 0).Ebx == Amd && !TellsCaches();

    /// <summary>What torch has been told; it starts with oneDNN.</summary>
    private static bool isEnabled = true;

    /// <summary>Whether torch computes with oneDNN.</summary>
    public static bool IsUsed => isEnabled && !IsUnsafe;

    /// <summary>Enables or disables oneDNN in torch; it stays disabled where it is unsafe.</summary>
    public static void Use(bool wanted)
    {
        var use = wanted && !IsUnsafe;
        if (use == isEnabled || !NativeLibrary.TryLoad("torch_cpu", typeof(OneDnn).Assembly, null, out var torch)) return;
        // TorchSharp has no functions for these: at::globalContext() and two methods of at::Context, by the names that compilers give them.
        var names = OperatingSystem.IsWindows()
            ? (Context: "?globalContext@at@@YAAEAVContext@1@XZ", OneDnn: "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z", NnPack: "?setUserEnabledNNPACK@Context@at@@QEAAX_N@Z")
            : (Context: "_ZN2at13globalContextEv", OneDnn: "_ZN2at7Context20setUserEnabledMkldnnEb", NnPack: "_ZN2at7Context20setUserEnabledNNPACKEb");
        string[] functions = [names.Context, names.OneDnn, names.NnPack];
        if (!functions.All(name => NativeLibrary.TryGetExport(torch, name, out _)) && !HasTorchSharp()) return;
        var context = Function<Get>(torch, names.Context)();
        Function<Enable>(torch, names.OneDnn)(context, use);
        // Without oneDNN torch tries NNPACK for some sizes, and warns at each convolution where that does not support the CPU.
        Function<Enable>(torch, names.NnPack)(context, use);
        isEnabled = use;
    }

    /// <summary>Disables oneDNN where it is unsafe, before TorchSharp's first native call and not earlier: loading libtorch takes longer than a command that computes nothing.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "programs that use the modules without the command line would otherwise get wrong numbers")]
    internal static void LeaveUnsafe()
    {
        if (!IsUnsafe) return;
        AppDomain.CurrentDomain.AssemblyLoad += (_, load) => LeaveAtFirstCall(load.LoadedAssembly);
        // What is loaded may have called already.
        if (AppDomain.CurrentDomain.GetAssemblies().Any(IsTorchSharp)) Use(false);
    }

    private static void LeaveAtFirstCall(Assembly loaded)
    {
        if (!IsTorchSharp(loaded)) return;
        NativeLibrary.SetDllImportResolver(loaded, (_, _, _) =>
        {
            Use(false);
            // As without a resolver.
            return 0;
        });
    }

    /// <summary>A program without TorchSharp's native part, such as a test of specs, meets any libtorch of the system, such as Debian's, and computes nothing with it; a libtorch of TorchSharp's without these functions is an error.</summary>
    private static bool HasTorchSharp() => NativeLibrary.TryLoad("LibTorchSharp", typeof(OneDnn).Assembly, null, out _);

    private static bool IsTorchSharp(Assembly assembly) => assembly.GetName().Name == TorchSharp;

    /// <summary>Whether the leaf describes a first cache; type 0 is none.</summary>
    private static bool TellsCaches() => unchecked((uint)X86Base.CpuId(ExtendedFunctions, 0).Eax) >= unchecked((uint)CacheTopology) && (X86Base.CpuId(CacheTopology, 0).Eax & 0x1F) != 0;

    private static T Function<T>(nint library, string name) where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));

    private delegate nint Get();

    private delegate void Enable(nint context, [MarshalAs(UnmanagedType.U1)] bool enabled);
}
