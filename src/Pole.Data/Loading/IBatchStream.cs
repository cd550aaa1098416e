namespace Pole.Data.Loading;

/// <summary>A batch that can say which images it has.</summary>
public interface IImageBatch
{
    IReadOnlyList<string> ImageIds { get; }
}

/// <summary>The batches of a training: always the same, wherever it is taken up.</summary>
public interface IBatchStream<out TBatch>
    where TBatch : IImageBatch
{
    /// <summary>Batches per epoch.</summary>
    int Count { get; }

    /// <summary>Batches without end, from one of them on.</summary>
    /// <param name="workers">Batches that are prepared at once.</param>
    IEnumerable<TBatch> From(long batch, int workers, CancellationToken cancellation);
}
