namespace Pole.Zoo.Affinity;

/// <summary>A pair of cells, as an offset, and the cells along the straight path between them.</summary>
/// <param name="Row">Rows down to the partner.</param>
/// <param name="Column">Columns right to the partner, or left where negative.</param>
/// <param name="Path">Offsets from the first cell, both ends included, the farthest first.</param>
public sealed record PathOffset(int Row, int Column, IReadOnlyList<(int Row, int Column)> Path);

/// <summary>All pairs within a radius, each once: below, or right in the same row (jiwoon-ahn/irn, misc/indexing.py, PathIndex).</summary>
public static class PathOffsets
{
    /// <returns>Grouped by the number of cells of the path, ascending; in a group in the order of the reference.</returns>
    public static IReadOnlyList<PathOffset> Within(int radius)
    {
        var offsets = Enumerable.Range(1, radius - 1).Select(column => (Row: 0, Column: column))
            .Concat(Enumerable.Range(1, radius - 1).SelectMany(row => Enumerable.Range(-radius + 1, 2 * radius - 1).Where(column => row * row + column * column < radius * radius).Select(column => (Row: row, Column: column))));
        return [.. offsets.Select(offset => new PathOffset(offset.Row, offset.Column, Path(offset.Row, offset.Column))).OrderBy(offset => offset.Path.Count)];
    }

    /// <summary>The cells of the bounding box that are less than one cell from the line.</summary>
    private static List<(int Row, int Column)> Path(int row, int column)
    {
        var square = row * row + column * column;
        return [.. Enumerable.Range(0, row + 1).SelectMany(y => Enumerable.Range(Math.Min(0, column), Math.Abs(column) + 1).Select(x => (Row: y, Column: x)))
            .Where(cell => (row * cell.Column - column * cell.Row) * (row * cell.Column - column * cell.Row) < square)
            .OrderByDescending(cell => Math.Abs(cell.Row) + Math.Abs(cell.Column))];
    }
}
