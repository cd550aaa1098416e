using System.ComponentModel;
using System.Diagnostics;

namespace Pole.Zoo.Tests;

/// <summary>A Python that has PyTorch, where the machine has one (Debian: apt-get install python3-torch).</summary>
internal static class PythonInterpreter
{
    public const string Missing = "there is no Python with PyTorch: apt-get install python3-torch", MissingPyDenseCrf = "there is no Python with PyTorch and pydensecrf";

    private static readonly Lazy<string?> Found = new(() => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(HasTorch));

    public static string? WithTorch => Found.Value;

    private static bool HasTorch(string python)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import torch, numpy"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
