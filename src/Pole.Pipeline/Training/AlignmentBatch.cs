using Pole.Data.Loading;

namespace Pole.Pipeline.Training;

/// <summary>Rows of a table of features.</summary>
/// <param name="ImageIds">Whose views they are.</param>
internal sealed record AlignmentBatch(IReadOnlyList<long> Rows, IReadOnlyList<string> ImageIds) : IImageBatch;
