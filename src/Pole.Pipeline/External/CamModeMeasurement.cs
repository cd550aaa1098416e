using Pole.Data;
using Pole.Data.Imaging;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Refinement;
using static TorchSharp.torch;

namespace Pole.Pipeline.External;

/// <summary>mIoU of CAM files by one mode, 0…1.</summary>
/// <param name="Mode">A name of <see cref="CamMode"/>.</param>
/// <param name="Remark">What a reader should know of the row; empty for nothing.</param>
public sealed record CamModeScore(string Mode, double MeanIou, string Remark = "");

/// <summary>CAM files scored in every mode: a constant background, the best constant, powers, and these after the CRF.</summary>
/// <param name="files">CAMs with their ground truth.</param>
/// <param name="classes">Number of classes of the data set.</param>
public sealed class CamModeMeasurement(IReadOnlyList<EvaluatedFile> files, int classes, double threshold, IReadOnlyList<double> gammas)
{
    private const int GridSteps = 100;

    private static readonly DenseCrfOptions Crf = new();

    /// <summary>AffinityNet trains on labels of the powers 4 and 32 (psa, infer_cls.py) and walks with 16 (infer_aff.py).</summary>
    public static IReadOnlyList<double> PublishedGammas { get; } = [1, 2, 4, 8, 16, 32];

    /// <summary>mIoU at 0, 0.01, … 0.99; empty before <see cref="Run"/>.</summary>
    public IReadOnlyList<ThresholdScore> Thresholds { get; private set; } = [];

    /// <param name="imagesFolder">Where the CRF finds the images, ID.jpg or ID.png; null for no CRF.</param>
    /// <exception cref="ExperimentException">A file cannot be read, or does not fit its ground truth; names it.</exception>
    public IReadOnlyList<CamModeScore> Run(string? imagesFolder, CancellationToken stop)
    {
        // The experiment's threshold need not be on the grid.
        List<double> thresholds = [.. Enumerable.Range(0, GridSteps).Select(step => step / (double)GridSteps).Append(threshold).Distinct().Order()];
        var (sweep, powers) = (new ThresholdSweep(classes + 1, thresholds), gammas.Select(_ => new ConfusionMatrix(classes + 1)).ToList());
        foreach (var (truth, values, present) in ReadAhead.Run(files.Count, Environment.ProcessorCount, stop, index => Read(files[index])))
        {
            sweep.Add(truth, values, present);
            for (var power = 0; power < gammas.Count; power++) powers[power].Add(truth, CamLabels.OfMaps(CamLabels.StrongestAgainstPower(values, truth.Labels.Length, gammas[power]), truth.Width, truth.Height, present));
        }

        var all = thresholds.Zip(sweep.Results(), (value, result) => new ThresholdScore(value, result.Confusion.MeanIntersectionOverUnion())).ToList();
        Thresholds = [.. all.Where(score => score.Threshold == Math.Round(score.Threshold, 2))];
        var (constant, best) = (all.Single(score => score.Threshold == threshold), all.MaxBy(score => score.MeanIou)!);
        var scores = gammas.Select((gamma, index) => (Gamma: gamma, Score: powers[index].MeanIntersectionOverUnion())).ToList();
        var bestPower = scores.MaxBy(power => power.Score);
        List<CamModeScore> rows =
        [
            new(CamMode.Threshold(threshold), constant.MeanIou), new(CamMode.BestThreshold(best.Threshold), best.MeanIou, "chosen on these images"),
            .. scores.Select(power => new CamModeScore(CamMode.Power(power.Gamma), power.Score, FormattableString.Invariant($"as threshold {CamMode.EquivalentThreshold(power.Gamma):0.000}{(power.Gamma == bestPower.Gamma && scores.Count > 1 ? ", best of these" : "")}"))),
        ];
        if (imagesFolder is null) return rows;
        (string Mode, Func<float[], int, byte[]> Labels)[] refined =
        [
            (CamMode.Threshold(threshold), (cams, pixels) => CamLabels.Strongest(cams, pixels, threshold)), (CamMode.BestThreshold(best.Threshold), (cams, pixels) => CamLabels.Strongest(cams, pixels, best.Threshold)),
            .. scores.Count == 0 ? Array.Empty<(string, Func<float[], int, byte[]>)>() : [(CamMode.Power(bestPower.Gamma), (cams, pixels) => CamLabels.StrongestAgainstPower(cams, pixels, bestPower.Gamma))],
        ];
        return [.. rows, .. Refine(imagesFolder, refined, stop)];
    }

    /// <summary>A second pass over the files: which threshold and power are best is known after the first.</summary>
    private IEnumerable<CamModeScore> Refine(string imagesFolder, IReadOnlyList<(string Mode, Func<float[], int, byte[]> Labels)> modes, CancellationToken stop)
    {
        var confusions = modes.Select(_ => new ConfusionMatrix(classes + 1)).ToList();
        foreach (var (truth, maps) in ReadAhead.Run(files.Count, Environment.ProcessorCount, stop, index =>
        {
            var (truth, values, present) = Read(files[index]);
            var image = new FolderSample(files[index].Id, imagesFolder, present).LoadImage();
            truth.RequireSize(image.Width, image.Height, $"its image in {imagesFolder}");
            return (truth, modes.Select(mode => CamLabels.OfMaps(ConfidentLabels.Refine(image, mode.Labels(values, truth.Labels.Length), present.Count, Crf), truth.Width, truth.Height, present)).ToList());
        }))
            foreach (var (confusion, map) in confusions.Zip(maps)) confusion.Add(truth, map);
        return modes.Zip(confusions, (mode, confusion) => new CamModeScore(CamMode.WithCrf(mode.Mode), confusion.MeanIntersectionOverUnion()));
    }

    private (LabelMap Truth, float[] Cams, IReadOnlyList<int> Classes) Read(EvaluatedFile file)
    {
        using var scope = NewDisposeScope();
        var (truth, cam) = (ImageCodec.ReadLabels(file.Truth), CamFile.Read(file.Prediction, classes));
        if (cam.Classes.Count > 0) truth.RequireSize((int)cam.HighResolution.shape[2], (int)cam.HighResolution.shape[1], file.Prediction);
        return (truth, cam.HighResolution.ToFloats(), cam.Classes);
    }
}
