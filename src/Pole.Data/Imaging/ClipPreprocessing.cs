using static TorchSharp.torch;

namespace Pole.Data.Imaging;

/// <summary>What CLIP does to an image before it looks (openai/CLIP, clip/clip.py, _transform): short side to the input size, centre crop, normalisation.</summary>
public static class ClipPreprocessing
{
    /// <returns><c>[3, resolution, resolution]</c>.</returns>
    public static Tensor Apply(RgbImage image, int resolution, PixelNormalisation normalisation) => ImageTensors.Normalised(ResizeAndCrop(image, resolution), normalisation);

    /// <summary>The long side is cut down to whole pixels, the crop's offset rounded half to even (torchvision).</summary>
    public static RgbImage ResizeAndCrop(RgbImage image, int resolution)
    {
        var (width, height) = image.Width <= image.Height
            ? (resolution, (int)((long)resolution * image.Height / image.Width))
            : ((int)((long)resolution * image.Width / image.Height), resolution);
        var resized = PilResize.Bicubic(image, width, height);
        var (left, top) = (Offset(width, resolution), Offset(height, resolution));
        var pixels = new byte[resolution * resolution * 3];
        for (var row = 0; row < resolution; row++)
            resized.Pixels.AsSpan(((top + row) * width + left) * 3, resolution * 3).CopyTo(pixels.AsSpan(row * resolution * 3));
        return new RgbImage(resolution, resolution, pixels);
    }

    private static int Offset(int side, int resolution) => (int)Math.Round((side - resolution) / 2.0, MidpointRounding.ToEven);
}
