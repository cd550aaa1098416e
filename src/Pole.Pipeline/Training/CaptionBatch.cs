using System.Globalization;
using Pole.Data.Loading;

namespace Pole.Pipeline.Training;

/// <summary>Images with captions.</summary>
/// <param name="Ids">Which of the captions they are.</param>
internal sealed record CaptionBatch(IReadOnlyList<int> Ids, IReadOnlyList<(RgbImage Image, string Caption)> Pairs) : IImageBatch
{
    public IReadOnlyList<string> ImageIds => [.. Ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"caption-{id}"))];
}
