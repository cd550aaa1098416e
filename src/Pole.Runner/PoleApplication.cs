using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pole.Runner.Building;
using Pole.Runner.Commands;
using Pole.Runner.Formats;

namespace Pole.Runner;

/// <summary>The command line of an executable that holds compiled experiments.</summary>
public static class PoleApplication
{
    private const string MainExecutable = "pole";

    /// <summary>In the order of the help.</summary>
    private static readonly (string Name, Func<ExperimentSet, Command> Create)[] Commands =
    [
        ("run", RunCommand.Create), ("sweep", SweepCommand.Create), ("compare", CompareCommand.Create), ("results", ResultsCommand.Create), ("track", TrackCommand.Create), ("cache", CacheCommand.Create), ("list", ListCommand.Create),
        ("show", ShowCommand.Create), ("diff", DiffCommand.Create), ("new", _ => NewCommand.Create()), ("fmt", _ => FormatCommand.Create()), ("reference", _ => ReferenceCommand.Create()), ("select", SelectCommand.Create),
        ("selections", SelectionsCommand.Create), ("refine", RefineCommand.Create), ("segment", SegmentCommand.Create), ("predict", PredictCommand.Create), ("export", ExportCommand.Create), ("evaluate", EvaluateCommand.Create),
        ("judge", JudgeCommand.Create), ("try", TryCommand.Create), ("data", DataCommand.Create), ("weights", _ => WeightsCommand.Create()), ("doctor", _ => DoctorCommand.Create()), ("pack", PackCommand.Create),
        ("unpack", _ => PackCommand.CreateUnpack()), ("after-build", AfterBuildCommand.Create),
    ];

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
        var name = Path.GetFileNameWithoutExtension(executable ?? MainExecutable);
        var experiments = new ExperimentSet(compiled);
        var own = experiments.OfExecutable(name);
        var root = own is null ? CommandsFor(arguments, experiments) : RunCommand.CreateFor(own, experiments);
        // System.CommandLine's own is that of the project that the executable was built from.
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        // Started as 'dotnet pole.dll', the process has the name of the host.
        return CommandErrors.Report(() => Invoke(root.Parse(arguments), own is null ? MainExecutable : name));
    }

    /// <summary>The command that the line begins with, or all: most lines need one, and making the others takes longer than it does.</summary>
    private static RootCommand CommandsFor(string[] arguments, ExperimentSet experiments)
    {
        var root = new RootCommand("Weakly supervised segmentation experiments, compiled from YAML.");
        foreach (var (name, create) in Commands) if (name == arguments.FirstOrDefault()) root.Subcommands.Add(create(experiments));
        if (root.Subcommands.Count == 0) foreach (var (_, create) in Commands) root.Subcommands.Add(create(experiments));
        return root;
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
