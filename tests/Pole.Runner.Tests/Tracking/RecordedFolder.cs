using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Training;
using Pole.Runner.Runs;

namespace Pole.Runner.Tests.Tracking;

/// <summary>A folder as a run writes it, without a run.</summary>
internal static class RecordedFolder
{
    public const string Fingerprint = "0123456789abcdef0123456789abcdef";

    public static readonly IReadOnlyDictionary<string, string> Spec = Enumerable.Range(0, 250).ToDictionary(number => $"part.key-{number}", number => $"{number}");

    /// <param name="steps">Of each of two trainings.</param>
    /// <returns>RUNS/EXPERIMENT/FINGERPRINT/START.</returns>
    public static string Begin(string runs, string start, int steps, string experiment = "shapes/stub")
    {
        var folder = Directory.CreateDirectory(Path.Combine([runs, .. experiment.Split('/'), Fingerprint[..12], start])).FullName;
        File.WriteAllText(Path.Combine(folder, RunFolder.SpecFile), "name: stub\n");
        File.WriteAllText(Path.Combine(folder, RunEnvironment.FileName), """{"framework":"0.1.0+feed","experiments":"0.1.0+c0ffee"}""");
        File.WriteAllLines(Path.Combine(folder, MeasurementFile.Name), Measurements(steps).Select(MeasurementFile.Line));
        return folder;
    }

    public static void End(string folder, double score = 0.5, string experiment = "shapes/stub", IReadOnlyDictionary<string, string>? spec = null)
    {
        File.WriteAllText(Path.Combine(folder, "report.html"), "<!doctype html>");
        Record(score, experiment, spec).Write(folder);
    }

    public static IEnumerable<Measurement> Measurements(int steps) =>
        new[] { "clip", "clims" }.SelectMany(stage => Enumerable.Range(1, steps).Select(step => new Measurement(stage, step, 1, new Dictionary<string, double> { ["loss"] = 1.0 / step, ["rate.0"] = 0.1 * step })));

    public static RunRecord Record(double score = 0.5, string experiment = "shapes/stub", IReadOnlyDictionary<string, string>? spec = null, int seed = 3) => new()
    {
        Experiment = experiment,
        Method = "POLE",
        Fingerprint = Fingerprint,
        Seed = seed,
        Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Ended = new DateTimeOffset(2026, 1, 2, 4, 4, 5, TimeSpan.Zero),
        Spec = spec ?? Spec,
        Score = new SegmentationScore("val", 10, 0.3, ["background", "fish"], [0.9, null], score) { Metrics = new Dictionary<string, double?> { ["boundary-f1"] = 0.25 } },
        Thresholds = [],
        Chain = [new ChainScore("random walk", "train", 20, 0.6, [0.8, 0.4])],
        GroundTruthNames = new Dictionary<string, double>(),
        SkippedImages = [],
        Stages = [],
    };
}
