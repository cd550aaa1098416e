using System.Globalization;
using System.Net;
using System.Text;

namespace Pole.Runner.Reports.Drawing;

/// <summary>Writes an SVG that is readable on light and dark pages: its colours are its own style sheet's, which follows the reader's.</summary>
internal sealed class Svg
{
    public const int Colours = 6;

    // Okabe and Ito's colours, which people with any colour vision tell apart; lighter on dark.
    private const string Style = """
        <style>svg{--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b05a8e;--c4:#b98000;--c5:#3b8fc4;--ink:#222;--grid:#ddd;font:13px system-ui,sans-serif}
        @media(prefers-color-scheme:dark){svg{--c0:#56b4e9;--c1:#ff8a3d;--c2:#2fd0a0;--c3:#e39cc6;--c4:#f0c04a;--c5:#9ad4ff;--ink:#ddd;--grid:#444}}
        text{fill:var(--ink)}.grid{stroke:var(--grid);fill:none}.axis{stroke:var(--ink);fill:none}.line{fill:none;stroke-width:2}.title{font-weight:600}</style>
        """;

    private readonly StringBuilder text = new();

    public Svg(double width, double height, string title)
    {
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">{Style}");
        Text(width / 2, 18, title, "middle", "title");
    }

    public static string ColourOf(int series) => $"var(--c{series % Colours})";

    public Svg Line(double fromX, double fromY, double toX, double toY, string kind) => Add($"<line x1=\"{fromX:f1}\" y1=\"{fromY:f1}\" x2=\"{toX:f1}\" y2=\"{toY:f1}\" class=\"{kind}\"/>");

    public Svg Path(IEnumerable<(double X, double Y)> points, int series) => Add($"<polyline class=\"line\" stroke=\"{ColourOf(series)}\" points=\"{Points(points)}\"/>");

    public Svg Area(IEnumerable<(double X, double Y)> points, int series, double opacity) => Add($"<polygon fill=\"{ColourOf(series)}\" fill-opacity=\"{opacity:f2}\" stroke=\"{ColourOf(series)}\" stroke-width=\"2\" points=\"{Points(points)}\"/>");

    public Svg Outline(IEnumerable<(double X, double Y)> points) => Add($"<polygon class=\"grid\" points=\"{Points(points)}\"/>");

    public Svg Bar(double x, double fromY, double toY, int series) => Add($"<line x1=\"{x:f1}\" y1=\"{fromY:f1}\" x2=\"{x:f1}\" y2=\"{toY:f1}\" stroke=\"{ColourOf(series)}\" stroke-width=\"1.5\"/>");

    /// <param name="tip">Shown where a reader points.</param>
    public Svg Dot(double x, double y, int series, string tip) => Add($"<circle cx=\"{x:f1}\" cy=\"{y:f1}\" r=\"3.5\" fill=\"{ColourOf(series)}\"><title>{WebUtility.HtmlEncode(tip)}</title></circle>");

    public Svg Swatch(double x, double y, int series) => Add($"<rect x=\"{x:f1}\" y=\"{y:f1}\" width=\"14\" height=\"4\" fill=\"{ColourOf(series)}\"/>");

    /// <param name="anchor">start, middle or end.</param>
    public Svg Text(double x, double y, string content, string anchor = "start", string kind = "") => Add($"<text x=\"{x:f1}\" y=\"{y:f1}\" text-anchor=\"{anchor}\" class=\"{kind}\">{WebUtility.HtmlEncode(content)}</text>");

    public override string ToString() => $"{text}</svg>";

    private static string Points(IEnumerable<(double X, double Y)> points) => string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:f1},{point.Y:f1}")));

    private Svg Add(FormattableString element)
    {
        text.Append(element.ToString(CultureInfo.InvariantCulture));
        return this;
    }
}
