using ScottPlot;

namespace Pole.Runner.Reports;

/// <summary>The paper's Figure 4: per class, how often the ground-truth name was chosen, as a radar.</summary>
internal static class NameRadar
{
    private const int Side = 900;
    private const float LabelSize = 18;

    /// <summary>Writes <c>FOLDER/ground-truth-names.png</c> and <c>.svg</c>.</summary>
    public static void Write(string folder, IReadOnlyList<(string Class, double Share)> shares)
    {
        using var plot = new Plot();
        var radar = plot.Add.Radar(shares.Select(entry => 100 * entry.Share).ToArray());
        radar.PolarAxis.SetSpokes([.. shares.Select(entry => $"{entry.Class}\n{100 * entry.Share:f0} %")], 100);
        foreach (var spoke in radar.PolarAxis.Spokes) spoke.LabelStyle.FontSize = LabelSize;
        radar.PolarAxis.SetCircles(100, 4);
        plot.Title("Images in which the ground-truth name was chosen");
        AtomicFile.Write(Path.Combine(folder, "ground-truth-names.png"), path => File.WriteAllBytes(path, plot.GetImageBytes(Side, Side, ImageFormat.Png)));
        AtomicFile.Write(Path.Combine(folder, "ground-truth-names.svg"), path => File.WriteAllText(path, plot.GetSvgXml(Side, Side)));
    }
}
