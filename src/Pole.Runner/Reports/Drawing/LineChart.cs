using System.Globalization;

namespace Pole.Runner.Reports.Drawing;

/// <summary>A point of a line.</summary>
/// <param name="Deviation">Half the length of its bar; 0 draws none.</param>
internal sealed record ChartPoint(double X, double Y, double Deviation = 0);

/// <summary>A line of a chart.</summary>
internal sealed record ChartLine(string Name, IReadOnlyList<ChartPoint> Points);

/// <summary>Lines over a common axis, as SVG.</summary>
internal static class LineChart
{
    private const double Width = 640, Top = 32, Plot = 240, Left = 62, Right = 16, AxisHeight = 44, LegendLine = 20;
    private const int Ticks = 5, MostDots = 60, LegendColumns = 3;

    /// <exception cref="ArgumentException">There is no point.</exception>
    public static string Draw(string title, string horizontal, string vertical, IReadOnlyList<ChartLine> lines)
    {
        var points = lines.SelectMany(line => line.Points).ToList();
        if (points.Count == 0) throw new ArgumentException("a chart needs a point", nameof(lines));
        var (lowX, highX) = Widened(points.Min(point => point.X), points.Max(point => point.X));
        var stepY = Step(points.Min(point => point.Y - point.Deviation), points.Max(point => point.Y + point.Deviation));
        var lowY = Math.Floor(points.Min(point => point.Y - point.Deviation) / stepY) * stepY;
        var highY = Math.Max(lowY + stepY, Math.Ceiling(points.Max(point => point.Y + point.Deviation) / stepY) * stepY);
        var legend = lines.Count > 1 ? (lines.Count + LegendColumns - 1) / LegendColumns * LegendLine : 0;
        var svg = new Svg(Width, Top + Plot + AxisHeight + legend, title);

        for (var tick = lowY; tick <= highY + stepY / 2; tick += stepY) svg.Line(Left, Y(tick), Width - Right, Y(tick), "grid").Text(Left - 8, Y(tick) + 4, Number(tick), "end");
        foreach (var tick in TicksOf(points, lowX, highX)) svg.Line(X(tick), Top + Plot, X(tick), Top + Plot + 5, "axis").Text(X(tick), Top + Plot + 18, Number(tick), "middle");
        svg.Line(Left, Top + Plot, Width - Right, Top + Plot, "axis").Text((Left + Width - Right) / 2, Top + Plot + 36, horizontal, "middle").Text(4, Top - 12, vertical);
        for (var series = 0; series < lines.Count; series++) Draw(svg, lines[series], series);
        if (legend > 0)
            for (var series = 0; series < lines.Count; series++)
            {
                var (x, y) = (Left + series % LegendColumns * (Width - Left) / LegendColumns, Top + Plot + AxisHeight + series / LegendColumns * LegendLine + 12);
                svg.Swatch(x, y - 6, series).Text(x + 20, y, lines[series].Name);
            }

        return svg.ToString();

        double X(double value) => Left + (value - lowX) / (highX - lowX) * (Width - Left - Right);
        double Y(double value) => Top + Plot - (value - lowY) / (highY - lowY) * Plot;

        void Draw(Svg target, ChartLine line, int series)
        {
            target.Path(line.Points.Select(point => (X(point.X), Y(point.Y))), series);
            foreach (var point in line.Points.Where(point => point.Deviation > 0)) target.Bar(X(point.X), Y(point.Y - point.Deviation), Y(point.Y + point.Deviation), series);
            if (line.Points.Count > MostDots) return;
            foreach (var point in line.Points) target.Dot(X(point.X), Y(point.Y), series, $"{line.Name}: {Number(point.X)}, {Number(point.Y)}{(point.Deviation > 0 ? $" ± {Number(point.Deviation)}" : "")}");
        }
    }

    private static (double Low, double High) Widened(double low, double high) => low == high ? (low - 1, high + 1) : (low, high);

    /// <summary>Few values are ticks themselves.</summary>
    private static IEnumerable<double> TicksOf(List<ChartPoint> points, double low, double high)
    {
        var values = points.Select(point => point.X).Distinct().Order().ToList();
        if (values.Count <= 2 * Ticks) return values;
        var step = Step(low, high);
        return Enumerable.Range(0, 100).Select(index => (Math.Ceiling(low / step) + index) * step).TakeWhile(tick => tick <= high + step / 100);
    }

    /// <summary>1, 2 or 5 times a power of ten.</summary>
    private static double Step(double low, double high)
    {
        var rough = (high - low) / Ticks;
        if (rough <= 0 || !double.IsFinite(rough)) return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
    }

    private static string Number(double value) => Math.Round(value, 10).ToString("G4", CultureInfo.InvariantCulture);
}
