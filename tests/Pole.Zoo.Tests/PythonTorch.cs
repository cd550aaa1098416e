using System.Diagnostics;
using System.Reflection;

namespace Pole.Zoo.Tests;

/// <summary>A Python that has PyTorch, where the machine has one (Debian: apt-get install python3-torch).</summary>
internal static class PythonTorch
{
    private static readonly Lazy<string?> Found = new(() => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Start(python, ["-c", "import torch, numpy"]).ExitCode == 0));

    /// <summary>Runs a script beside the tests.</summary>
    /// <returns>What it printed; the test is ignored where there is no PyTorch.</returns>
    public static string Run(string script, params string[] arguments)
    {
        if (Found.Value is null) Assert.Ignore("there is no Python with PyTorch: apt-get install python3-torch");
        var path = Path.Combine(typeof(PythonTorch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "tests", "Pole.Zoo.Tests", "Python", script);
        var (code, output, error) = Start(Found.Value!, [path, .. arguments]);
        Assert.That(code, Is.Zero, error);
        return output;
    }

    private static (int ExitCode, string Output, string Error) Start(string python, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "", $"{python} is not there");
        }
    }
}
