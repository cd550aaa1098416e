namespace Pole;

/// <summary>Images of a stage that are done together and kept when the run is cut off.</summary>
/// <param name="First">Index of the first image.</param>
/// <param name="ResultFolder">Receives files of one image or of the block; they stand in the stage's result as they are.</param>
/// <param name="PartFolder">Receives what the merge needs of the block.</param>
public sealed record ImageBlock(int First, int Count, string ResultFolder, string PartFolder, IStageProgress Progress)
{
    /// <summary>The block's part of a list with every image.</summary>
    public IReadOnlyList<T> Of<T>(IReadOnlyList<T> all) => [.. all.Skip(First).Take(Count)];
}

/// <summary>Every block of a stage is done.</summary>
/// <param name="Folder">The stage's result, in which the images' own files are.</param>
/// <param name="Parts">What each block left, in the order of the images.</param>
public sealed record DoneBlocks(string Folder, IReadOnlyList<string> Parts)
{
    /// <summary>One file of every part.</summary>
    public IEnumerable<string> Files(string name) => Parts.Select(part => Path.Combine(part, name));
}
