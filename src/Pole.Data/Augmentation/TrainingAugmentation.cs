using Pole.Data.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Data.Augmentation;

/// <summary>
/// The augmentation of CLIMS (misc/imutils.py): resize so that the long side is random, mirror, random crop of a square padded
/// with 0 after normalisation.
/// </summary>
public sealed class TrainingAugmentation(TrainingOptions options)
{
    /// <param name="seed">Everything random of one sample comes from here, so that a run does not depend on the number of workers.</param>
    /// <returns><c>[3, Crop, Crop]</c>, ImageNet-normalised. The caller owns it.</returns>
    public Tensor Apply(RgbImage image, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var random = new Random(seed);
        var longSide = random.Next(options.ResizeFrom, options.ResizeTo + 1);
        var scale = (double)longSide / Math.Max(image.Width, image.Height);
        var (height, width) = ((long)Math.Round(image.Height * scale), (long)Math.Round(image.Width * scale));

        var pixels = ImageTensors.Normalised(image);
        var resized = nn.functional.interpolate(pixels.unsqueeze(0), [height, width], mode: InterpolationMode.Bicubic, align_corners: false)[0];
        if (random.Next(2) == 1) resized = resized.flip(-1);

        var (top, offsetTop, rows) = Window(height, random);
        var (left, offsetLeft, columns) = Window(width, random);
        var crop = zeros(3, options.Crop, options.Crop);
        crop[TensorIndex.Colon, TensorIndex.Slice(offsetTop, offsetTop + rows), TensorIndex.Slice(offsetLeft, offsetLeft + columns)]
            = resized[TensorIndex.Colon, TensorIndex.Slice(top, top + rows), TensorIndex.Slice(left, left + columns)];
        return crop.MoveToOuterDisposeScope();
    }

    /// <summary>Where a side is cut, or where it lies in the padding: start in the image, start in the crop, length.</summary>
    private (long From, long To, long Length) Window(long side, Random random)
    {
        var space = options.Crop - side;
        return space > 0 ? (0, random.NextInt64(space + 1), side) : (random.NextInt64(-space + 1), 0, options.Crop);
    }
}
