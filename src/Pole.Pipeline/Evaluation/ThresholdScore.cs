using System.Text.Json;

namespace Pole.Pipeline.Evaluation;

/// <summary>mIoU of CAMs at one background threshold, 0…1 both.</summary>
public sealed record ThresholdScore(double Threshold, double MeanIou)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    public static void Write(string path, IEnumerable<ThresholdScore> scores) => File.WriteAllText(path, JsonSerializer.Serialize(scores.ToList(), Format));

    /// <exception cref="ExperimentException">The file is missing or damaged.</exception>
    public static IReadOnlyList<ThresholdScore> Read(string path) => InputFile.Read(path, "scores at thresholds", "run the stage again", () => JsonSerializer.Deserialize<List<ThresholdScore>>(File.ReadAllText(path), Format) ?? throw new InvalidDataException("it is null"));
}
