using Pole.Runner.Reports.Drawing;

namespace Pole.Runner.Reports;

/// <summary>The paper's Figure 4: per class, how often the ground-truth name was chosen, as a radar.</summary>
internal static class NameRadar
{
    private const string FileName = "ground-truth-names.svg";

    /// <returns>The file.</returns>
    public static string Write(string folder, IReadOnlyList<(string Class, double Share)> shares)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, FileName);
        AtomicFile.Write(file, path => File.WriteAllText(path, RadarChart.Draw("Images in which the ground-truth name was chosen", [.. shares.Select(entry => entry.Class)], [("", [.. shares.Select(entry => (double?)entry.Share)])])));
        return file;
    }
}
