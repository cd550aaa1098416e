using Pole.Runner.Tests.Fuzzing;

namespace Pole.Runner.Tests;

/// <summary>Which exit code an error gets, and what is printed of it.</summary>
[NonParallelizable]
public sealed class ExitCodeTests
{
    private static readonly CompiledExperiment Broken = new("broken", null, _ => throw new InvalidOperationException("a fault of ours"));

    [Test]
    public void A_fault_of_ours_shows_where_it_happened_and_asks_for_a_report()
    {
        var run = PoleInProcess.Run([Broken], "selections", "report", "broken", "x.json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.InternalFault).And.EqualTo(70));
        Assert.That(run.Error, Does.Contain("a fault of ours").And.Contain("   at ").And.Contain("error: this is a fault of this program").And.Contain("please report it"));
    }

    [Test]
    public void A_damaged_file_is_one_line()
    {
        var run = PoleInProcess.Run(FuzzExperiments.All, "selections", "report", FuzzExperiments.Shapes, Path.GetTempPath());

        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Failure));
        Assert.That(run.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [Test]
    public void The_cause_of_an_error_is_shown_where_POLE_TRACE_is_set() => With("POLE_TRACE", "1", () =>
        Assert.That(PoleInProcess.Run(FuzzExperiments.All, "selections", "report", FuzzExperiments.Shapes, Path.GetTempPath()).Error, Does.StartWith("error: ").And.Contain("UnauthorizedAccessException").And.Contain("   at ")));

    [TestCase("rnu", "there is no command 'rnu'; did you mean 'run'?", "pole")]
    [TestCase("cache lst", "there is no command 'cache lst'; did you mean 'list'?", "pole cache")]
    [TestCase("run fuzz/voc --stroe x", "there is no option '--stroe'; did you mean '--store'?", "pole run")]
    [TestCase("run fuzz/voc --seed 1", "'seed' is a key of the spec, and specs are not changed from the command line: give it in a spec of its own that extends this one (pole new NAME --from SPEC), several values in a sweep", "pole run")]
    [TestCase("run fuzz/voc clims.epochs=3", "'clims.epochs' is a key of the spec, and specs are not changed from the command line: give it in a spec of its own that extends this one (pole new NAME --from SPEC), several values in a sweep", "pole run")]
    [TestCase("sweep fuzz/sweep --stroe x", "there is no option '--stroe'; did you mean '--store'?", "pole sweep")]
    [TestCase("compare fuzz/voc --fromat csv", "there is no option '--fromat'; did you mean '--format'?", "pole compare")]
    [TestCase("run fuzz/voc fuzz/shapes", "'fuzz/shapes' is one argument too many", "pole run")]
    [TestCase("run fuzz/voc --what", "there is no option '--what'", "pole run")]
    public void A_mistyped_command_or_a_value_of_a_spec_is_one_line_that_says_what_to_do(string line, string error, string command)
    {
        var run = PoleInProcess.Run(FuzzExperiments.All, line.Split(' '));

        Assert.That((run.ExitCode, run.Error.ReplaceLineEndings("\n")), Is.EqualTo((ExitCodes.WrongCommandLine, $"error: {error}\nSee {command} --help.\n")));
    }

    [TestCase("--store"), TestCase("--data"), TestCase("--weights"), TestCase("--runs")]
    public void An_empty_option_is_a_wrong_command_line_that_names_it(string option)
    {
        foreach (string[] given in new[] { new[] { option, "" }, [$"{option}="] })
        {
            var run = PoleInProcess.Run(FuzzExperiments.All, ["run", FuzzExperiments.Voc, .. given]);

            Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.WrongCommandLine), run.Error);
            Assert.That(run.Error, Does.StartWith($"error: ").And.Contain(option));
        }
    }

    [TestCase("compare", "fuzz/voc", "--output", "")]
    [TestCase("select", "fuzz/shapes", "--images", "x", "--cams", "y", "--output", "")]
    [TestCase("evaluate", "masks", "fuzz/voc", "--predictions", "", "--truth", "x")]
    [TestCase("sweep", "fuzz/sweep", "--launcher", "local", "--machine", "")]
    [TestCase("data", "check", "voc12", "--root", "")]
    [TestCase("weights", "inspect", "")]
    [TestCase("weights", "convert", "x", "")]
    public void An_empty_path_is_a_wrong_command_line(params string[] arguments) => Assert.That(PoleInProcess.Run(FuzzExperiments.All, arguments).ExitCode, Is.EqualTo(ExitCodes.WrongCommandLine));

    [TestCase("POLE_STORE"), TestCase("POLE_DATA"), TestCase("POLE_WEIGHTS"), TestCase("POLE_DEVICE")]
    public void An_empty_variable_counts_as_not_set(string variable) => With(variable, " ", () =>
        Assert.That(PoleInProcess.Run(FuzzExperiments.All, "cache", "explain", FuzzExperiments.Voc).Error, Does.StartWith("error: the data set voc12 is needed and no data folder was given")));

    [Test]
    public void An_empty_POLE_RUNS_means_the_folder_runs() => With("POLE_RUNS", "", () =>
        Assert.That(PoleInProcess.Run(FuzzExperiments.All, "compare", FuzzExperiments.Voc).Error, Does.StartWith($"error: {FuzzExperiments.Voc} has no run in {Path.GetFullPath("runs")} that ended")));

    private static void With(string variable, string value, Action action)
    {
        var before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, value);
        try
        {
            action();
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }
}
