using System.Text.Json;
using Pole.Data.Imaging;

namespace Pole.Runner.Reports;

/// <summary>What a run leaves for people: scores as JSON and a picture of CAMs.</summary>
internal static class ResultFolder
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    /// <returns>The folder.</returns>
    public static string Write(string store, Comparison comparison, ModuleContext modules)
    {
        var folder = Path.Combine(store, "results", comparison.Results[^1].Experiment.Name);
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, "scores.json"), path => File.WriteAllText(path, JsonSerializer.Serialize(comparison.Results.Select(result => new
        {
            Experiment = result.Experiment.Name,
            Method = ScoreTable.MethodName(result.Experiment),
            result.Experiment.Fingerprint,
            result.Score,
            result.Chain,
            SkippedImages = result.Skipped,
            GroundTruthNameChosen = result.Choices?.All.Average(choice => choice.Index == 0 ? 1.0 : 0.0),
        }), Format)));
        AtomicFile.Write(Path.Combine(folder, "cams.png"), path => ImageCodec.WritePng(path, CamPanel.Draw(comparison, modules.Device)));
        return folder;
    }
}
