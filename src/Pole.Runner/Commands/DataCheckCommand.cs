using System.CommandLine;
using Pole.Data.Checking;
using Pole.Pipeline;
using Pole.Runner.Progress;
using Pole.Runner.Specs;

namespace Pole.Runner.Commands;

/// <summary><c>pole data check NAME --root DIR</c>: are all files of a data set there, and whole?</summary>
internal static class DataCheckCommand
{
    private const int ProblemsShown = 50;

    public static Command Create(ExperimentSet experiments)
    {
        var name = new Argument<string>("dataset") { Description = "A data set of this build with its default keys, voc12 or coco14, or an experiment, whose data set is meant." };
        name.Validators.Add(result =>
        {
            var (given, known) = (result.Tokens[0].Value, ModuleCatalog.Of(typeof(IDataset)).Where(HasDefaults).Select(module => module.Name).ToList());
            if (!known.Contains(given) && !experiments.Names.Contains(given)) result.AddError($"there is no data set and no experiment '{given}'; the data sets are {string.Join(", ", known)}");
        });
        var machine = new MachineOptions();
        var check = new Command("check", "Read every file of a data set and list what is missing or damaged; the exit code is 1 when something is.") { name };
        machine.AddDataTo(check, "--root");
        check.SetAction(parsed => Interruption.Run(stop =>
        {
            var sound = false;
            var code = CommandErrors.Report(() =>
            {
                LibTorch.Load();
                var modules = machine.ReadData(parsed);
                var given = parsed.GetRequiredValue(name);
                var options = experiments.Names.Contains(given) ? experiments.Find(given).Dataset : (IModuleOptions<IDataset>)Activator.CreateInstance(ModuleCatalog.Of(typeof(IDataset)).Single(module => module.Name == given).Options)!;
                var dataset = options.Create(modules);
                sound = Report(ProgressDisplay.Run(DisplayStyle.Text, progress =>
                {
                    IReadOnlyList<DatasetProblem> problems = [];
                    progress.Stage("check", report => problems = DatasetCheck.Run(dataset, report, stop));
                    return problems;
                }), dataset);
            });
            return code == ExitCodes.Success && !sound ? ExitCodes.Failure : code;
        }));
        return check;
    }

    /// <summary>Whether a spec need not say anything of the data set but its name.</summary>
    private static bool HasDefaults(ModuleEntry module) => SpecKeys.Of(module.Options).All(key => !key.Property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute), inherit: false));

    private static bool Report(IReadOnlyList<DatasetProblem> problems, IDataset dataset)
    {
        foreach (var problem in problems.Take(ProblemsShown)) Console.WriteLine($"{problem.Split}{(problem.Image is null ? "" : $" {problem.Image}")}: {problem.Message}");
        if (problems.Count > ProblemsShown) Console.WriteLine($"… and {problems.Count - ProblemsShown} more");
        Console.WriteLine(problems.Count == 0
            ? $"{string.Join(", ", dataset.ExpectedImages.Select(split => $"{split.Value} images of {split.Key}"))}: all files present and readable"
            : $"{problems.Count} problem{(problems.Count == 1 ? "" : "s")}");
        return problems.Count == 0;
    }
}
