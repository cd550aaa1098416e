using System.Net;
using System.Text;

namespace Pole.Runner.Reports.Html;

/// <summary>A page in one file that asks the network for nothing: style, script and pictures are inside.</summary>
internal sealed class HtmlPage(string title)
{
    private const string Resources = "Pole.Runner.Reports.Html.page.";

    private readonly StringBuilder body = new();

    public HtmlPage Heading(string text) => Markup($"<h2>{Escape(text)}</h2>\n");

    public HtmlPage Paragraph(string text) => Markup($"<p>{Escape(text)}</p>\n");

    public HtmlPage Quiet(string text) => Markup($"<p class=\"quiet\">{Escape(text)}</p>\n");

    public HtmlPage Charts(params IEnumerable<string> svgs) => Markup($"<div class=\"charts\">\n{string.Join('\n', svgs.Select(svg => $"<div>{svg}</div>"))}\n</div>\n");

    public HtmlPage Code(string text) => Markup($"<pre>{Escape(text)}</pre>\n");

    /// <param name="cards">Number and what it is.</param>
    public HtmlPage Cards(IEnumerable<(string Value, string Meaning)> cards) =>
        Markup($"<ul class=\"cards\">{string.Concat(cards.Select(card => $"<li><b>{Escape(card.Value)}</b>{Escape(card.Meaning)}</li>"))}</ul>\n");

    public HtmlPage Table(HtmlTable table) => Markup(table.ToString());

    /// <param name="markup">Well-formed HTML.</param>
    public HtmlPage Markup(string markup)
    {
        body.Append(markup);
        return this;
    }

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public override string ToString() => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>{Escape(title)}</title>
        <style>
        {Resource("css")}</style>
        </head>
        <body>
        <h1>{Escape(title)}</h1>
        {body}<script>
        {Resource("js")}</script>
        </body>
        </html>

        """;

    private static string Resource(string ending)
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream(Resources + ending)!);
        return reader.ReadToEnd();
    }
}
