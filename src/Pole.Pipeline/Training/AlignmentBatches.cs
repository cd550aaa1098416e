using Pole.Data.Loading;

namespace Pole.Pipeline.Training;

/// <summary>Rows of a table of features.</summary>
/// <param name="ImageIds">Whose views they are.</param>
internal sealed record AlignmentBatch(IReadOnlyList<long> Rows, IReadOnlyList<string> ImageIds) : IImageBatch;

/// <summary>Batches drawn at random from features in memory; the whole fit is one epoch.</summary>
/// <param name="imageIds">Of each row.</param>
internal sealed class AlignmentBatches(IReadOnlyList<string> imageIds, int batchSize, int steps, int seed) : IBatchStream<AlignmentBatch>
{
    public int Count => steps;

    public IEnumerable<AlignmentBatch> From(long batch, int workers, CancellationToken cancellation)
    {
        var random = new Random(seed);
        for (var drawn = 0L; drawn < batch * batchSize; drawn++) random.Next(imageIds.Count);
        while (true)
        {
            long[] rows = [.. Enumerable.Range(0, batchSize).Select(_ => (long)random.Next(imageIds.Count))];
            yield return new AlignmentBatch(rows, [.. rows.Select(row => imageIds[(int)row])]);
        }
    }
}
