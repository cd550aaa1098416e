namespace Pole;

/// <summary>A data set that can render image–caption pairs to pretrain a small CLIP on.</summary>
public interface ICaptionSource
{
    /// <summary>Every word that a caption or a class name may use.</summary>
    IReadOnlyList<string> Vocabulary { get; }

    /// <summary>Renders pair number <paramref name="index"/>; the same for the same arguments on any machine.</summary>
    (RgbImage Image, string Caption) RenderCaptioned(int index, int resolution);
}
