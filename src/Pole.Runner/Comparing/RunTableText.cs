using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pole.Runner.Comparing;

/// <summary>A <see cref="RunTable"/> as CSV and as JSON: an array with an object a run, whose keys are the columns.</summary>
internal static class RunTableText
{
    private static readonly JsonWriterOptions Format = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Csv(RunTable table)
    {
        var text = new StringBuilder(CsvText.Line(table.Columns));
        foreach (var row in table.Rows) text.Append(CsvText.Line(row.Select(cell => cell is double number ? number.ToString("R", CultureInfo.InvariantCulture) : cell is SpecText value ? value.Plain : cell as string ?? "")));
        return text.ToString();
    }

    public static string Json(RunTable table)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartArray();
            foreach (var row in table.Rows)
            {
                json.WriteStartObject();
                foreach (var (column, cell) in table.Columns.Zip(row))
                {
                    json.WritePropertyName(column);
                    Write(json, cell);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return $"{Encoding.UTF8.GetString(buffer.ToArray())}\n";
    }

    private static void Write(Utf8JsonWriter json, object? cell)
    {
        switch (cell)
        {
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case SpecText value: value.Write(json); break;
            case string text: json.WriteStringValue(text); break;
            default: json.WriteNullValue(); break;
        }
    }
}
