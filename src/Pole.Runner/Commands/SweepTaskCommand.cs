using System.CommandLine;
using Pole.Runner.Launching;

namespace Pole.Runner.Commands;

/// <summary><c>pole sweep task FOLDER STEP INDEX</c>: what launchers start; nobody types it.</summary>
internal static class SweepTaskCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var folder = new Argument<string>("folder") { Description = "Folder of a launch." };
        var name = new Argument<string>("step") { Description = "A step of its plan." };
        var index = new Argument<int>("index") { Description = "A task of the step, from 0." };
        var (machine, runs) = (new MachineOptions(), RunsOption.Create());
        var command = new Command(TaskArguments.Command, "Do one task of a launch.") { folder, name, index };
        command.Hidden = true;
        machine.AddTo(command);
        command.Options.Add(runs);
        command.SetAction(parsed => Interruption.RunStarted(stop => CommandErrors.Report(() =>
        {
            var launch = LaunchFolder.Open(parsed.GetRequiredValue(folder));
            var (wanted, task) = (parsed.GetRequiredValue(name), parsed.GetValue(index));
            var step = launch.Plan.Steps.FirstOrDefault(step => step.Name == wanted && task >= 0 && task < step.Tasks.Count) ?? throw new ExperimentException($"{launch.Path} has no task {task} of {wanted}");
            LibTorch.Load(Computed(step.Name, step.Tasks[task].Name, experiments));
            new TaskRun(launch, experiments, RunsOption.Of(parsed, runs)).Run(step, task, work => machine.Run(parsed, stop, context =>
            {
                work(context);
                return true;
            }));
        })));
        return command;
    }

    private static IEnumerable<Experiment> Computed(string step, string name, ExperimentSet experiments) => step switch
    {
        LaunchPlan.Report => [],
        LaunchPlan.Points => experiments.WithCompared(experiments.Find(name)),
        _ => [experiments.Find(name)],
    };
}
