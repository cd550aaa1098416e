using System.Globalization;
using System.Text;

namespace Pole.Runner.Reports.Html;

/// <summary>A cell of a table.</summary>
/// <param name="Value">What it is sorted by; null for its text.</param>
internal sealed record HtmlCell(string Text, double? Value = null)
{
    /// <summary>Source of a picture that shows while the cell is pointed at or focused; null for none.</summary>
    public string? Picture { get; init; }

    public static implicit operator HtmlCell(string text) => new(text);

    /// <summary>A share, 0…1, as a percentage.</summary>
    public static HtmlCell Percent(double? share) => share is { } given && double.IsFinite(given) ? new HtmlCell(Percentage.Of(given), given) : new HtmlCell(Percentage.Of(null), -1);

    public static HtmlCell Number(double value, string format) => new(value.ToString(format, CultureInfo.InvariantCulture), value);
}

/// <summary>A table that sorts by a click on a column's head.</summary>
internal sealed class HtmlTable(IReadOnlyList<string> header)
{
    private readonly List<(IReadOnlyList<HtmlCell> Cells, bool IsMean)> rows = [];

    public HtmlTable Row(params IReadOnlyList<HtmlCell> cells)
    {
        rows.Add((cells, false));
        return this;
    }

    /// <summary>A row that stays at the bottom.</summary>
    public HtmlTable Mean(params IReadOnlyList<HtmlCell> cells)
    {
        rows.Add((cells, true));
        return this;
    }

    public override string ToString()
    {
        var text = new StringBuilder("<div class=\"wide\"><table class=\"sortable\">\n<thead><tr>");
        for (var column = 0; column < header.Count; column++) text.Append($"<th{(IsNumeric(column) ? " class=\"number\"" : "")}><button type=\"button\">{HtmlPage.Escape(header[column])}</button></th>");
        text.Append("</tr></thead>\n<tbody>\n");
        foreach (var (cells, isMean) in rows) text.Append($"<tr{(isMean ? " class=\"mean\"" : "")}>{string.Concat(cells.Select(Cell))}</tr>\n");
        return text.Append("</tbody></table></div>\n").ToString();
    }

    private bool IsNumeric(int column) => rows.Count > 0 && rows[0].Cells[column].Value is not null;

    private static string Cell(HtmlCell cell)
    {
        var value = cell.Value is { } number ? $" data-value=\"{number.ToString("R", CultureInfo.InvariantCulture)}\"" : "";
        var picture = cell.Picture is { } source ? $"<img loading=\"lazy\" alt=\"\" src=\"{source}\">" : "";
        return $"<td{value}{(cell.Value is not null ? " class=\"number\"" : cell.Picture is not null ? " class=\"pointed\" tabindex=\"0\"" : "")}>{HtmlPage.Escape(cell.Text)}{picture}</td>";
    }
}
