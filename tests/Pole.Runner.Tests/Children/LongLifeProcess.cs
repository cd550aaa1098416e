using System.Diagnostics;
using System.Globalization;
using Pole.Data.Shapes;
using Pole.Runner.Tests.Fuzzing;

namespace Pole.Runner.Tests.Children;

/// <summary>
/// Runs a chain on many small images, and says every few milliseconds how much memory is resident: <c>STAGE BYTES</c> a line.
/// </summary>
internal static class LongLifeProcess
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <param name="arguments">The number of images, and of epochs of the baseline.</param>
    public static int Run(string[] arguments)
    {
        var (images, epochs) = (int.Parse(arguments[0], CultureInfo.InvariantCulture), int.Parse(arguments[1], CultureInfo.InvariantCulture));
        var folder = Directory.CreateTempSubdirectory("pole-long-life-").FullName;
        var output = Console.Out;
        try
        {
            var experiment = FuzzExperiments.OnShapes with { Name = "long/life", Dataset = new ShapesOptions { TrainImages = images, EvaluationImages = images, Side = 64 } };
            experiment = experiment with { Baseline = experiment.Baseline! with { Epochs = epochs } };
            var stages = new StageWriter();
            using var ended = new CancellationTokenSource();
            var sampler = Task.Run(() => Sample(stages, output, ended.Token));
            Console.SetOut(stages);
            var code = PoleApplication.Main([new CompiledExperiment(experiment.Name, null, _ => experiment)], ["run", experiment.Name, "--store", Path.Combine(folder, "store"), "--runs", Path.Combine(folder, "runs"), "--json"], "pole");
            ended.Cancel();
            sampler.Wait();
            return code;
        }
        finally
        {
            Console.SetOut(output);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Sample(StageWriter stages, TextWriter output, CancellationToken cancellation)
    {
        while (!cancellation.WaitHandle.WaitOne(Interval))
            if (stages.Current is { } stage) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stage} {Environment.WorkingSet}"));
    }

    /// <summary>Takes the JSON lines of a run, and keeps which stage it is at.</summary>
    private sealed class StageWriter : StringWriter
    {
        private volatile string? current;

        public string? Current => current;

        public override void WriteLine(string? value)
        {
            if (value is null || !value.StartsWith("{\"event\":\"", StringComparison.Ordinal)) return;
            using var line = System.Text.Json.JsonDocument.Parse(value);
            current = line.RootElement.GetProperty("event").GetString() switch { "begin" => line.RootElement.GetProperty("stage").GetString(), "end" => null, _ => current };
        }
    }
}
