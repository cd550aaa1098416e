using Pole.Data.Imaging;

namespace Pole.Data.Masks;

/// <summary>One mask a file: black outside, any one other colour inside.</summary>
internal static class MaskPng
{
    /// <exception cref="ExperimentException">The file is damaged, has several colours besides black, or is not of the image's size; names it.</exception>
    public static BinaryMask Read(string path, string image, int width, int height)
    {
        var png = ImageCodec.ReadRgb(path);
        MaskSources.RequireSize(path, png.Width, png.Height, image, width, height);
        var mask = new BinaryMask(width, height);
        var inside = 0;
        for (var pixel = 0; pixel < width * height; pixel++)
        {
            var colour = png.Pixels[3 * pixel] << 16 | png.Pixels[3 * pixel + 1] << 8 | png.Pixels[3 * pixel + 2];
            if (colour == 0) continue;
            if (inside == 0) inside = colour;
            if (colour != inside) throw new ExperimentException($"{path}: pixel ({pixel % width}, {pixel / width}) has another colour than those before it, and a file holds one mask: black outside, one other colour inside; write a PNG for each mask");
            mask.Add(pixel);
        }

        return mask;
    }
}
