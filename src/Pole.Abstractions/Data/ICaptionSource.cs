namespace Pole;

/// <summary>A data set that can render image–caption pairs to pretrain a small CLIP on.</summary>
public interface ICaptionSource
{
    /// <summary>Every word that a caption or a class name may use.</summary>
    IReadOnlyList<string> Vocabulary { get; }

    /// <summary>Renders pair number <paramref name="index"/>; the same for the same arguments on any machine.</summary>
    /// <param name="masked">Share of pictures, 0…1, of which a part is hidden under ImageNet's mean colour, as activation maps hide it from a judge; captions name what is left.</param>
    (RgbImage Image, string Caption) RenderCaptioned(int index, int resolution, double masked);
}
