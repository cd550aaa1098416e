using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Pole.Data.Folders;

/// <summary>A table with a row an image: its file, and its classes by name or number, with <c>|</c>, <c>;</c> or <c>,</c> between them.</summary>
public sealed class TableLabels : IImageLabels
{
    internal static readonly string[] FileColumns = ["file", "image", "filename", "path"], LabelColumns = ["labels", "label", "classes", "class"];

    private readonly string path;
    private readonly Dictionary<string, (IReadOnlyList<int> Classes, int Line)> rows;

    /// <param name="images">Ids of the images that there are.</param>
    /// <param name="ignoresOthers">Rows of other images are passed over, instead of being an error: a table of all of one's images serves for some of them.</param>
    /// <exception cref="ExperimentException">The table is damaged, or a row is of no image, of one that has a row already, or has no class; names the line.</exception>
    public TableLabels(string path, ClassNames classes, ICollection<string> images, bool ignoresOthers = false)
    {
        this.path = path;
        rows = InputFile.Read(path, "a table of labels", "write a header 'file,labels' and a row an image", () => Read(path, classes, images, ignoresOthers));
    }

    public IReadOnlyList<int> Of(string id) => rows.TryGetValue(id, out var row) ? row.Classes : throw new ExperimentException($"{path}: no row for image '{id}': add one, or remove the image");

    private static Dictionary<string, (IReadOnlyList<int>, int)> Read(string path, ClassNames classes, ICollection<string> images, bool ignoresOthers)
    {
        var text = TextFile.Read(path);
        using var csv = Open(path, text);
        var (file, label) = (Column(csv, FileColumns), Column(csv, LabelColumns));
        var read = new Dictionary<string, (IReadOnlyList<int>, int)>(StringComparer.Ordinal);
        while (csv.Read())
        {
            var place = Place(path, csv);
            var id = ImageFiles.IdOf(csv.GetField(file) ?? "");
            if (!images.Contains(id) && ignoresOthers) continue;
            if (!images.Contains(id)) throw new ExperimentException($"{place}: there is no image '{csv.GetField(file)}'");
            var names = Split(csv.GetField(label));
            if (names.Length == 0) throw new ExperimentException($"{place}: '{csv.GetField(file)}' has no labels; write its classes, or remove row and image");
            if (!read.TryAdd(id, ([.. names.Select(name => classes.NamedOrNumbered(name, place)).Distinct().Order()], csv.Parser.RawRow)))
                throw new ExperimentException($"{place}: '{csv.GetField(file)}' has a row already, line {read[id].Item2}");
        }

        return read;
    }

    /// <summary>At the first row behind the header.</summary>
    /// <exception cref="InvalidDataException">There is no header.</exception>
    internal static CsvReader Open(string path, string text)
    {
        var csv = new CsvReader(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = Delimiter(path, text), TrimOptions = TrimOptions.Trim, BadDataFound = null, MissingFieldFound = null });
        return csv.Read() && csv.ReadHeader() ? csv : throw new InvalidDataException("it has no header");
    }

    /// <summary>Where the reader is, as compilers write it.</summary>
    /// <exception cref="ExperimentException">The row has more fields than the header, or one that goes on in the next line: labels would be lost without a sign of it.</exception>
    internal static string Place(string path, CsvReader csv)
    {
        var place = $"{path}({csv.Parser.RawRow})";
        if (csv.Parser.Record!.Length > csv.HeaderRecord!.Length) throw new ExperimentException($"{place}: {csv.Parser.Record.Length} fields, and the header has {csv.HeaderRecord.Length}; put several labels into quotation marks, or | between them");
        if (csv.Parser.Record.Any(field => field.Contains('\n', StringComparison.Ordinal))) throw new ExperimentException($"{place}: a field goes on over the end of its line; close its quotation mark");
        return place;
    }

    /// <summary>A tab in .tsv; else what the header has, since spreadsheets of some countries write semicolons.</summary>
    private static string Delimiter(string path, string text)
    {
        if (Path.GetExtension(path).Equals(".tsv", StringComparison.OrdinalIgnoreCase)) return "\t";
        var header = TextFile.Lines(text)[0];
        return header.Contains(',', StringComparison.Ordinal) ? "," : header.Contains(';', StringComparison.Ordinal) ? ";" : ",";
    }

    /// <summary>The labels of a cell.</summary>
    internal static string[] Split(string? cell) => (cell ?? "").Split(['|', ';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The place of the first column that has one of these names.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal static int Column(CsvReader csv, string[] names) => Array.FindIndex(csv.HeaderRecord!, column => names.Contains(column.Trim().ToLowerInvariant())) is >= 0 and var index ? index
        : throw new InvalidDataException($"it has no column '{names[0]}', but {string.Join(", ", csv.HeaderRecord!.Select(column => $"'{column}'"))}");
}
