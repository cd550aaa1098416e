using System.Diagnostics;
using System.Reflection;

namespace Pole.Zoo.Tests;

/// <summary>Scripts beside the tests that need PyTorch.</summary>
internal static class PythonTorch
{
    /// <summary>Runs a script to its end.</summary>
    /// <returns>What it printed; the test is ignored where there is no PyTorch.</returns>
    public static string Run(string script, params string[] arguments)
    {
        if (PythonInterpreter.WithTorch is not { } python)
        {
            Assert.Ignore(PythonInterpreter.Missing);
            return "";
        }

        var path = Path.Combine(typeof(PythonTorch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "tests", "Pole.Zoo.Tests", "Python", script);
        using var process = Process.Start(new ProcessStartInfo(python, [path, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, error.Result);
        return output;
    }
}
