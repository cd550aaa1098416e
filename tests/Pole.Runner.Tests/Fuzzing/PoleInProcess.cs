using Pole.Runner.Formats;

namespace Pole.Runner.Tests.Fuzzing;

/// <summary>A command line in this process, with what it prints: starting a process for each of thousands of inputs would take an hour.</summary>
internal sealed record PoleInProcess(int ExitCode, string Output, string Error)
{
    public static PoleInProcess Run(IReadOnlyList<CompiledExperiment> experiments, params string[] arguments)
    {
        var (console, output, error) = (Terminal.Console, Console.Out, Console.Error);
        using var printed = new StringWriter();
        using var reported = new StringWriter();
        try
        {
            Console.SetOut(printed);
            Console.SetError(reported);
            return new PoleInProcess(PoleApplication.Main(experiments, arguments, "pole"), printed.ToString(), reported.ToString());
        }
        finally
        {
            Terminal.Console = console;
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
