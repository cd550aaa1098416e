using System.Globalization;

namespace Pole.Pipeline.Artifacts;

/// <summary>
/// The images of one stage in blocks of one size, which any number of runs work on at the same time, each block by one of them. The blocks are the same
/// however many runs there are, and so is the result.
/// </summary>
internal sealed class ImageBlocks(StagePlaces places, int images, Action waiting, CancellationToken cancellation)
{
    public const int Size = 128;

    private const string PartsFolder = "parts", ResultFolder = "result";

    /// <summary>Becomes the stage's result.</summary>
    public string Result => Path.Combine(places.Checkpoint, ResultFolder);

    public bool AreDone => Enumerable.Range(0, Count).All(IsDone);

    public DoneBlocks Done => new(Result, [.. Enumerable.Range(0, Count).Select(PartOf)]);

    private int Count => CountOf(images);

    public static int CountOf(int images) => (images + Size - 1) / Size;

    /// <summary>
    /// Hands out blocks that are not done, one at a time; a block is done when the next is asked for. Those that other runs work on come last, in case they give up.
    /// </summary>
    /// <param name="shard">Whose blocks; null for all.</param>
    public IEnumerable<ImageBlock> Claim(ImageShard? shard, IStageProgress progress)
    {
        Directory.CreateDirectory(Result);
        Directory.CreateDirectory(Path.Combine(places.Checkpoint, PartsFolder));
        var own = Enumerable.Range(0, Count).Where(block => shard is null || shard.Owns(block)).ToList();
        var open = own.Where(block => !IsDone(block)).ToList();
        progress.Expect(own.Sum(ImagesIn), "images", own.Except(open).Sum(ImagesIn));
        var others = new List<int>();
        foreach (var block in open)
        {
            cancellation.ThrowIfCancellationRequested();
            using var held = StageLock.TryTake(LockOf(block));
            if (held is null)
            {
                others.Add(block);
                continue;
            }

            foreach (var claimed in Do(block, progress)) yield return claimed;
        }

        foreach (var block in others)
        {
            using var held = StageLock.Take(LockOf(block), waiting, cancellation);
            foreach (var claimed in Do(block, progress)) yield return claimed;
        }
    }

    private IEnumerable<ImageBlock> Do(int block, IStageProgress progress)
    {
        if (IsDone(block))
        {
            progress.Advance(ImagesIn(block));
            yield break;
        }

        var temporary = PartOf(block) + StagePlaces.TemporaryEnding;
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        yield return new ImageBlock(block * Size, ImagesIn(block), Result, temporary, progress);
        Directory.Move(temporary, PartOf(block));
    }

    private bool IsDone(int block) => Directory.Exists(PartOf(block));

    private int ImagesIn(int block) => Math.Min(Size, images - block * Size);

    private string PartOf(int block) => Path.Combine(places.Checkpoint, PartsFolder, block.ToString("d6", CultureInfo.InvariantCulture));

    private string LockOf(int block) => PartOf(block) + StagePlaces.LockEnding;
}
