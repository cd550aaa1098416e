using System.Text.Encodings.Web;
using System.Text.Json;
using Pole.Data;
using Pole.Pipeline;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Runner.Reports;
using Pole.Runner.Specs;

namespace Pole.Runner.Runs;

/// <summary>What a run gave, with all that another run is compared with: <c>result.json</c> in its folder.</summary>
internal sealed record RunRecord
{
    public const string FileName = "result.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private static readonly JsonSerializerOptions LineFormat = new(Format) { WriteIndented = false };

    public required string Experiment { get; init; }

    /// <summary>baseline CAM, CLIMS or POLE, and the supervision that the refinement adds: <c>POLE + SAM masks</c>.</summary>
    public required string Method { get; init; }

    /// <summary>What the refinement adds to image-level labels; empty for nothing.</summary>
    public IReadOnlyList<string> Supervision { get; init; } = [];

    public required string Fingerprint { get; init; }

    public required int Seed { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Ended { get; init; }

    /// <summary>Value of every key of the resolved spec that results depend on, by path.</summary>
    public required IReadOnlyDictionary<string, string> Spec { get; init; }

    /// <summary>Of the data set, in label order; null in records of versions that did not write them.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Of the CAMs, without refinement; null where the data set has no label maps to measure against.</summary>
    public SegmentationScore? Score { get; init; }

    public required IReadOnlyList<ThresholdScore> Thresholds { get; init; }

    public required IReadOnlyList<ChainScore> Chain { get; init; }

    /// <summary>Share of the images with a class whose ground-truth name was chosen, 0…1 by class; empty where nothing is chosen.</summary>
    public required IReadOnlyDictionary<string, double> GroundTruthNames { get; init; }

    /// <summary>The same over all classes; null where nothing is chosen.</summary>
    public double? GroundTruthNameChosen { get; init; }

    public required IReadOnlyList<string> SkippedImages { get; init; }

    /// <inheritdoc cref="ExperimentResult.Remarks"/>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Digests of the data and weights that the run was made from, by name: <c>train.images</c>, <c>weights ViT-B-32.pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>SHA-256 of the networks in the run's folder, by file name; empty in records of versions that did not write them.</summary>
    public IReadOnlyDictionary<string, string> Networks { get; init; } = new Dictionary<string, string>();

    public required IReadOnlyList<StageRecord> Stages { get; init; }

    public static RunRecord Of(ExperimentResult result, DateTimeOffset started, DateTimeOffset ended)
    {
        var classes = DatasetClasses.Of(result.Experiment.Dataset);
        return new()
        {
            Experiment = result.Experiment.Name,
            Method = ScoreTable.RunMethodName(result.Experiment),
            Supervision = ScoreTable.Supervision(result.Experiment),
            Fingerprint = result.Experiment.Fingerprint,
            Seed = result.Experiment.Seed,
            Started = started,
            Ended = ended,
            Spec = SpecOf(result.Experiment),
            Classes = classes,
            Score = result.Score,
            Thresholds = result.Thresholds,
            Chain = result.Chain,
            GroundTruthNames = result.Choices?.GroundTruthShare().OrderBy(share => share.Key).ToDictionary(share => classes[share.Key], share => share.Value) ?? [],
            GroundTruthNameChosen = result.Choices?.All.Average(choice => choice.Index == 0 ? 1.0 : 0.0),
            SkippedImages = result.Skipped,
            Remarks = result.Remarks,
            Inputs = result.Inputs,
            Stages = [.. result.Stages.Select(stage => new StageRecord(stage.Stage, stage.Key, stage.Stored, Math.Round(stage.Elapsed.TotalSeconds, 2), stage.Machine))],
        };
    }

    /// <exception cref="ExperimentException">The record does not say them.</exception>
    public IReadOnlyList<string> KnownClasses() => Classes ?? Score?.Labels.Skip(1).ToList() ?? throw new ExperimentException($"the record of {Experiment} does not say the classes of its data set; run it again, stages that are stored cost it nothing");

    /// <inheritdoc cref="Spec"/>
    public static IReadOnlyDictionary<string, string> SpecOf(Pole.Experiment experiment) => ResolvedSpec.Values(experiment).Where(entry => entry.Value.Affects).ToDictionary(entry => entry.Key, entry => entry.Value.Value!, StringComparer.Ordinal);

    /// <exception cref="ExperimentException">The file is not a result of this version.</exception>
    public static RunRecord Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return InputFile.Read(path, "the result of a run", "run the experiment again; stages that are stored cost it nothing", () => Checked(JsonSerializer.Deserialize<RunRecord>(File.ReadAllText(path), Format)));
    }

    /// <summary>What nullable annotations cannot say: elements of lists, and lists that belong together.</summary>
    private static RunRecord Checked(RunRecord? record)
    {
        if (record is null) throw new InvalidDataException("it is null");
        var lists = new (string Name, IEnumerable<object?> Items)[]
        {
            ("spec", record.Spec.Values), ("thresholds", record.Thresholds), ("chain", record.Chain), ("skipped-images", record.SkippedImages), ("remarks", record.Remarks), ("supervision", record.Supervision), ("classes", record.Classes ?? []), ("inputs", record.Inputs.Values), ("networks", record.Networks.Values), ("stages", record.Stages),
        };
        if (lists.FirstOrDefault(list => list.Items.Any(item => item is null)).Name is { } holed) throw new InvalidDataException($"'{holed}' has null in the place of a value");
        if (record.Score is null) return record.Chain.Count == 0 ? record : throw new InvalidDataException("it has scores of later steps and none of the CAMs");
        if (record.Score.Labels.Any(label => label is null)) throw new InvalidDataException("'labels' has null in the place of a value");
        if (record.Chain.Select(step => step.Iou).Append(record.Score.Iou).Any(iou => iou.Count != record.Score.Labels.Count)) throw new InvalidDataException($"it does not have a score for each of its {record.Score.Labels.Count} labels");
        return record;
    }

    /// <summary>One line of JSON: <c>{"event":"result","folder":…,"result":{…}}</c>.</summary>
    public string Line(string folder) => JsonSerializer.Serialize(new { Event = "result", Folder = folder, Result = this }, LineFormat);

    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), path => File.WriteAllText(path, JsonSerializer.Serialize(this, Format)));
}

/// <summary>A stage of a run.</summary>
/// <param name="Stored">Its result was there before.</param>
/// <param name="Machine">What computed the result; null where a version made it that did not write this.</param>
internal sealed record StageRecord(string Stage, string Key, bool Stored, double Seconds, ResultMachine? Machine = null);
