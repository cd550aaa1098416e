using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pole.Runner.Serving;

/// <summary>
/// The web page of <c>pole try --serve</c>: a process of its own, since ASP.NET's runtime is needed for nothing else. It asks on its standard output and is answered on its standard input, a line of JSON each, and ends with this process.
/// </summary>
internal sealed class Playground : IDisposable
{
    private const string Assembly = "Pole.Playground.dll";

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, RespectRequiredConstructorParameters = true };

    private readonly Process process;

    private Playground(Process process, string address) => (this.process, Address) = (process, address);

    /// <summary>With the token that every request has to carry.</summary>
    public string Address { get; }

    /// <param name="port">Of 127.0.0.1; 0 for a free one.</param>
    /// <param name="about">What the page says at its start.</param>
    /// <exception cref="ExperimentException">The playground is missing or does not start, or the port cannot be opened.</exception>
    public static Playground Start<T>(int port, T about, CancellationToken stop)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "playground", Assembly);
        if (!File.Exists(path)) throw new ExperimentException($"{path} is missing: build the project of the experiments again; without --serve, pole try writes a page");
        var process = Process.Start(new ProcessStartInfo(DotnetHost(), ["exec", path, port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), StandardOutputEncoding = Encoding.UTF8,
        })!;
        try
        {
            Say(process, JsonSerializer.Serialize(about, Format));
            var line = Line(process, stop) ?? throw new ExperimentException($"{path} does not start: it needs the ASP.NET Core runtime beside .NET's (dotnet --list-runtimes shows which there are)");
            var started = JsonSerializer.Deserialize<Started>(line, Format)!;
            return new Playground(process, started.Address ?? throw new ExperimentException(started.Error ?? $"{path} does not start"));
        }
        catch
        {
            End(process);
            throw;
        }
    }

    /// <summary>Answers until the page's process ends or the command is stopped.</summary>
    public void Serve(Func<PlaygroundQuestion, string> answer, CancellationToken stop)
    {
        while (Line(process, stop) is { } line) Say(process, answer(JsonSerializer.Deserialize<PlaygroundQuestion>(line, Format)!));
    }

    public void Dispose() => End(process);

    private static string? Line(Process process, CancellationToken stop) => process.StandardOutput.ReadLineAsync(stop).AsTask().GetAwaiter().GetResult();

    private static void Say(Process process, string line)
    {
        try
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended; reading tells.
        }
    }

    private static void End(Process process)
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    /// <summary>The dotnet that this process runs on: the runtime lies in DOTNET/shared/Microsoft.NETCore.App/VERSION.</summary>
    private static string DotnetHost()
    {
        var own = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(own) ? own : "dotnet";
    }

    private sealed record Started(string? Address = null, string? Error = null);
}

/// <summary>What the page asks.</summary>
/// <param name="Image">A file.</param>
/// <param name="Class">Null for none.</param>
internal sealed record PlaygroundQuestion(string Image, string? Class, IReadOnlyList<string> Prompts);
