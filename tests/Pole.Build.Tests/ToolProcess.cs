using System.Diagnostics;

namespace Pole.Build.Tests;

/// <summary>A program run to its end, with its output and errors together.</summary>
internal sealed record ToolProcess(int ExitCode, string Output)
{
    /// <param name="variables">Environment beside that of the tests.</param>
    public static ToolProcess Run(string program, string folder, string[] arguments, params (string Name, string Value)[] variables)
    {
        using var process = Start(program, folder, arguments, variables);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ToolProcess(process.ExitCode, output + error.Result);
    }

    /// <summary>Starts it with redirected output.</summary>
    /// <inheritdoc cref="Run"/>
    public static Process Start(string program, string folder, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        // Neither the test host's own MSBuild settings, nor the build server that it may run on, nor a user's settings of pole must leak in.
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || key.StartsWith("POLE_", StringComparison.Ordinal) || key is "CI" or "ContinuousIntegrationBuild").ToList()) start.Environment.Remove(variable);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
