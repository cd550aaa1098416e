namespace Pole;

/// <summary>Pairwise affinities of the cells of an image: transition weights of the random walk.</summary>
/// <param name="Pairs">Every pair once; each cell has a self-loop of affinity 1 besides.</param>
/// <param name="Edges">Edge probability of each cell, whose CAMs start with what the edge leaves; null where there are no edges.</param>
public sealed record CellAffinities(int Height, int Width, IReadOnlyList<PairAffinities> Pairs, float[]? Edges = null);

/// <summary>The affinities of all cells with their partner at one offset.</summary>
/// <param name="Row">Rows down to the partner.</param>
/// <param name="Column">Columns right to the partner, or left where negative.</param>
/// <param name="Values">One a cell, 0…1, rows from the top; those of cells without a partner inside mean nothing.</param>
public sealed record PairAffinities(int Row, int Column, float[] Values);
