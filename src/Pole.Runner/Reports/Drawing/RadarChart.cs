using System.Globalization;

namespace Pole.Runner.Reports.Drawing;

/// <summary>Shares of the same things, 0…1, around a circle, as SVG.</summary>
internal static class RadarChart
{
    private const double Width = 640, Height = 470, Radius = 165, CentreY = 245, LabelDistance = 1.1;
    private const int Rings = 4;

    /// <param name="spokes">What the shares are of.</param>
    /// <param name="series">Shares in the order of the spokes; null where there is none.</param>
    public static string Draw(string title, IReadOnlyList<string> spokes, IReadOnlyList<(string Name, IReadOnlyList<double?> Shares)> series)
    {
        var legend = series.Count > 1 ? series.Count * 20 : 0;
        var svg = new Svg(Width, Height + legend, title);
        for (var ring = 1; ring <= Rings; ring++)
        {
            var share = (double)ring / Rings;
            svg.Outline(spokes.Select((_, spoke) => At(spoke, share)));
            // Between two spokes, where no label of a class is.
            var (x, y) = At(0.5, share);
            svg.Text(x, y, string.Create(CultureInfo.InvariantCulture, $"{100 * share:f0} %"));
        }

        for (var spoke = 0; spoke < spokes.Count; spoke++)
        {
            var (endX, endY) = At(spoke, 1);
            svg.Line(Width / 2, CentreY, endX, endY, "grid");
            var (labelX, labelY) = At(spoke, LabelDistance);
            var label = series is [var only] ? $"{spokes[spoke]} {(only.Shares[spoke] is { } share ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:f0} %") : "–")}" : spokes[spoke];
            svg.Text(labelX, labelY + 4, label, Math.Abs(labelX - Width / 2) < 10 ? "middle" : labelX < Width / 2 ? "end" : "start");
        }

        for (var index = 0; index < series.Count; index++)
        {
            svg.Area(series[index].Shares.Select((share, spoke) => At(spoke, share ?? 0)), index, series.Count == 1 ? 0.25 : 0.08);
            if (legend > 0) svg.Swatch(60, Height + index * 20, index).Text(80, Height + index * 20 + 6, series[index].Name);
        }

        return svg.ToString();

        (double X, double Y) At(double spoke, double share)
        {
            var angle = 2 * Math.PI * spoke / spokes.Count - Math.PI / 2;
            return (Width / 2 + share * Radius * Math.Cos(angle), CentreY + share * Radius * Math.Sin(angle));
        }
    }
}
