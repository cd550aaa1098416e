namespace Pole;

/// <summary>
/// Makes a square crop of an image at random, and the same crop of its labels. Called on any thread; makes no tensors. Everything random of one image comes from the seed, so that a run does
/// not depend on the number of workers, and labels stay on their image.
/// </summary>
public abstract class Augmentation
{
    /// <param name="side">Of the crop, in pixels.</param>
    /// <param name="crop">Receives the normalised planes <c>[3, side, side]</c>, in the order of <see cref="PixelNormalisation.Plane"/>.</param>
    public abstract void Apply(RgbImage image, int seed, int side, PixelNormalisation normalisation, Span<float> crop);

    /// <returns>Of the crop's size; 255 where the image ends.</returns>
    public abstract LabelMap Apply(LabelMap labels, int seed, int side);
}
