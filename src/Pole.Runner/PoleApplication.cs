using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pole.Runner.Building;
using Pole.Runner.Commands;
using Pole.Runner.Formats;
using Spectre.Console;

namespace Pole.Runner;

/// <summary>The command line of an executable that holds compiled experiments.</summary>
public static class PoleApplication
{
    private const string MainExecutable = "pole";
    private const int RedirectedWidth = 240;

    /// <summary>Runs the command line. An executable named after an experiment (<c>pole-shapes-pole</c>) runs that experiment.</summary>
    /// <param name="compiled">What the build compiled.</param>
    /// <param name="executable">Path of the running executable: <see cref="Environment.ProcessPath"/>.</param>
    /// <returns>The exit code: one of <see cref="ExitCodes"/>.</returns>
    public static int Main(IReadOnlyList<CompiledExperiment> compiled, string[] arguments, string? executable)
    {
        using var build = BuildFolder.Running?.Hold();
        // Numbers look the same on every machine.
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        TerminalText.Guard();
        // A file has no width: tables in a log are not broken at 80 columns.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = RedirectedWidth;
        var name = Path.GetFileNameWithoutExtension(executable ?? MainExecutable);
        var experiments = new ExperimentSet(compiled);
        var root = experiments.OfExecutable(name) is { } own
            ? RunCommand.CreateFor(own, experiments)
            : new RootCommand("Weakly supervised segmentation experiments, compiled from YAML.") { RunCommand.Create(experiments), SweepCommand.Create(experiments), CompareCommand.Create(experiments), ResultsCommand.Create(experiments), TrackCommand.Create(experiments), CacheCommand.Create(experiments), ListCommand.Create(experiments), ShowCommand.Create(experiments), DiffCommand.Create(experiments), NewCommand.Create(), FormatCommand.Create(), ReferenceCommand.Create(), SelectCommand.Create(experiments), SelectionsCommand.Create(experiments), RefineCommand.Create(experiments), SegmentCommand.Create(experiments), PredictCommand.Create(experiments), ExportCommand.Create(experiments), EvaluateCommand.Create(experiments), JudgeCommand.Create(experiments), TryCommand.Create(experiments), DataCommand.Create(experiments), WeightsCommand.Create(), DoctorCommand.Create(), PackCommand.Create(experiments), PackCommand.CreateUnpack(), AfterBuildCommand.Create(experiments) };
        // Started as 'dotnet pole.dll', the process has the name of the host.
        return CommandErrors.Report(() => Invoke(root.Parse(arguments), experiments.OfExecutable(name) is null ? MainExecutable : name));
    }

    private static int Invoke(ParseResult parsed, string name)
    {
        string[] errors = [.. MistypedArguments.Of(parsed), .. EmptyValues.In(parsed)];
        // System.CommandLine's own handler would print a stack trace for every exception and end with 1.
        if (errors.Length == 0) return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

        foreach (var error in errors) Console.Error.WriteLine($"error: {error}");
        Console.Error.WriteLine($"See {string.Join(' ', [name, .. CommandsOf(parsed)])} --help.");
        return ExitCodes.WrongCommandLine;
    }

    /// <summary>The commands on the line below the root, the outermost first.</summary>
    private static IEnumerable<string> CommandsOf(ParseResult parsed)
    {
        for (var result = parsed.RootCommandResult; result.Children.OfType<CommandResult>().FirstOrDefault() is { } below; result = below) yield return below.Command.Name;
    }
}
