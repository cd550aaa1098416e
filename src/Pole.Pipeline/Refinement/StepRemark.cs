using System.Text.Json;

namespace Pole.Pipeline.Refinement;

/// <summary>What a step of the refinement has to say of some images (<see cref="RefinementStep.Remark"/>).</summary>
/// <param name="Step">CRF + SAM masks.</param>
/// <param name="Text">have no masks and keep their labels.</param>
/// <param name="Images">Number of images that it holds of.</param>
public sealed record StepRemark(string Step, string Text, int Images);

/// <summary>Remarks on images that were refined.</summary>
/// <param name="Refined">Number of images; those without a class are none of them.</param>
public sealed record StepRemarks(int Refined, IReadOnlyList<StepRemark> Remarks)
{
    private const string FileName = "remarks.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    /// <summary>For a person: <c>CRF + SAM masks: 12 of 1464 images have no masks and keep their labels</c>.</summary>
    public IReadOnlyList<string> Sentences => [.. Remarks.Select(remark => $"{remark.Step}: {remark.Images} of {Refined} images {remark.Text}")];

    internal static StepRemarks Sum(IReadOnlyList<StepRemarks> parts) => new(parts.Sum(part => part.Refined),
        [.. parts.SelectMany(part => part.Remarks).GroupBy(remark => (remark.Step, remark.Text)).Select(same => same.First() with { Images = same.Sum(remark => remark.Images) })]);

    internal void Write(string folder) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Format));

    /// <returns>None where a version wrote the folder that had no remarks.</returns>
    /// <exception cref="ExperimentException">The file is damaged.</exception>
    internal static StepRemarks Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? InputFile.Read(path, "remarks on images", "run the stage again", () => JsonSerializer.Deserialize<StepRemarks>(File.ReadAllText(path), Format) ?? throw new InvalidDataException("it is null")) : new StepRemarks(0, []);
    }
}
