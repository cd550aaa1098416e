using System.CommandLine;
using Pole.Data.Folders;
using Pole.Runner.Reports;

namespace Pole.Runner.Commands;

/// <summary><c>pole data show EXPERIMENT</c>: a page of what is in a data set.</summary>
internal static class DataShowCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var output = new Option<string>("--output") { Description = "The HTML page to write.", DefaultValueFactory = _ => "data.html" };
        var machine = new MachineOptions();
        var command = new Command("show", "Write a page: images of each class with their label maps, counts, classes that go together, sizes, names.") { experiment, output };
        machine.AddInferenceTo(command);
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var chosen = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
            LibTorch.Load();
            var page = machine.Run(parsed, stop, context =>
            {
                var text = "";
                context.Progress.Stage("data", progress =>
                {
                    var dataset = chosen.Dataset.Create(context.Modules);
                    // Rendered data is made here; what a folder lacks for a run is no reason not to show it.
                    if (chosen.Dataset is not FolderOptions) dataset.Prepare(progress, stop);
                    text = DatasetPage.Of(chosen, dataset, context.Modules, progress, stop);
                });
                return text;
            });
            var path = Path.GetFullPath(parsed.GetRequiredValue(output));
            AtomicFile.Write(path, file => File.WriteAllText(file, page));
            Console.WriteLine(path);
        })));
        return command;
    }
}
