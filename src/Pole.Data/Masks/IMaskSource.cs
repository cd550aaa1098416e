namespace Pole.Data.Masks;

/// <summary>Class-agnostic masks of images, such as those that Segment Anything makes of everything in an image.</summary>
public interface IMaskSource
{
    /// <summary>Whether there are masks of an image, told without decoding one.</summary>
    /// <param name="image">Its id: the path of the image without extension.</param>
    bool Has(string image);

    /// <summary>The masks of an image, which may overlap; none where there are none.</summary>
    /// <param name="width">Of the image, in pixels.</param>
    /// <exception cref="ExperimentException">A file is damaged, or a mask is not of the image's size; names the file. Called from any thread.</exception>
    IReadOnlyList<BinaryMask> Of(string image, int width, int height);
}
