using System.Globalization;
using Pole.Data.Loading;

namespace Pole.Pipeline.Training;

/// <summary>Images with captions.</summary>
/// <param name="Ids">Which of the captions they are.</param>
internal sealed record CaptionBatch(IReadOnlyList<int> Ids, IReadOnlyList<(RgbImage Image, string Caption)> Pairs) : IImageBatch
{
    public IReadOnlyList<string> ImageIds => [.. Ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"caption-{id}"))];
}

/// <summary>Batches drawn at random from captions in memory; the whole training is one epoch.</summary>
internal sealed class CaptionBatches((RgbImage Image, string Caption)[] captions, int batchSize, int steps, int seed) : IBatchStream<CaptionBatch>
{
    public int Count => steps;

    public IEnumerable<CaptionBatch> From(long batch, int workers, CancellationToken cancellation)
    {
        var random = new Random(seed);
        for (var drawn = 0L; drawn < batch * batchSize; drawn++) random.Next(captions.Length);
        while (true)
        {
            int[] ids = [.. Enumerable.Range(0, batchSize).Select(_ => random.Next(captions.Length))];
            yield return new CaptionBatch(ids, [.. ids.Select(id => captions[id])]);
        }
    }
}
