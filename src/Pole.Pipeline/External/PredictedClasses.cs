using Pole.Data.Imaging;
using static TorchSharp.torch;

namespace Pole.Pipeline.External;

/// <summary>The classes of images as a classifier sees them: those with a probability above one half. Keeps the probabilities.</summary>
/// <param name="network">Owned.</param>
/// <param name="window">Longer side of the images that it sees, in pixels; larger ones are reduced.</param>
public sealed class PredictedClasses(CamNetwork network, int window, Device device) : IDisposable
{
    private const float Least = 0.5f;

    private readonly SortedDictionary<string, float[]> probabilities = new(StringComparer.Ordinal);

    /// <summary>Sigmoid of the logit of every class, 0…1, by image.</summary>
    public IReadOnlyDictionary<string, float[]> Probabilities => probabilities;

    /// <param name="images">Of one size, once they are reduced.</param>
    /// <returns>Of each image, ascending.</returns>
    public IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<(string Id, RgbImage Image)> images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var all = network.Logits(stack(images.Select(entry => ImageTensors.Normalised(CamPredictor.Fitted(entry.Image, window)))).to(device)).sigmoid().cpu();
        return [.. images.Select((entry, index) => Above(probabilities[entry.Id] = all[index].ToFloats()))];
    }

    private static IReadOnlyList<int> Above(float[] all) => [.. Enumerable.Range(0, all.Length).Where(index => all[index] > Least)];

    public void Dispose() => network.Dispose();
}
