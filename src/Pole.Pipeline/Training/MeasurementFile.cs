using System.Text;
using System.Text.Json;

namespace Pole.Pipeline.Training;

/// <summary>Measurements as JSON lines: <c>{"stage":"clims","step":1,"epoch":1,"loss":0.7,…}</c>.</summary>
public static class MeasurementFile
{
    public const string Name = "metrics.jsonl";

    public static string Line(Measurement measurement)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("stage", measurement.Stage);
            json.WriteNumber("step", measurement.Step);
            json.WriteNumber("epoch", measurement.Epoch);
            foreach (var (name, value) in measurement.Values) json.WriteNumber(name, value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <returns>Nothing where the file is not there: a network that was not trained here has no measurements. Lines that are cut or damaged are left out: curves are drawn from them, and nothing is computed.</returns>
    /// <exception cref="ExperimentException">The file cannot be read.</exception>
    public static IReadOnlyList<Measurement> Read(string path) => !File.Exists(path) ? [] : InputFile.Read<IReadOnlyList<Measurement>>(path, "measurements", "delete it; the run goes on without what it measured", () => [.. File.ReadLines(path).Select(Parse).OfType<Measurement>()]);

    /// <returns>Null for a line that is cut or damaged.</returns>
    public static Measurement? Parse(string line)
    {
        try
        {
            return ParseWhole(line);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static Measurement ParseWhole(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new Measurement(root.GetProperty("stage").GetString()!, root.GetProperty("step").GetInt64(), root.GetProperty("epoch").GetInt32(),
            root.EnumerateObject().Where(entry => entry.Name is not ("stage" or "step" or "epoch")).ToDictionary(entry => entry.Name, entry => entry.Value.GetDouble(), StringComparer.Ordinal));
    }
}
