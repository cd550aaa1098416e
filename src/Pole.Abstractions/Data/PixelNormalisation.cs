namespace Pole;

/// <summary>(RGB / 255 − mean) / deviation, per channel: how a network was trained to see pixels.</summary>
public sealed record PixelNormalisation(float Red, float Green, float Blue, float RedDeviation, float GreenDeviation, float BlueDeviation)
{
    /// <summary>That of torchvision's ImageNet networks.</summary>
    public static PixelNormalisation ImageNet { get; } = new(0.485f, 0.456f, 0.406f, 0.229f, 0.224f, 0.225f);

    /// <summary>That of OpenAI's CLIP models.</summary>
    public static PixelNormalisation Clip { get; } = new(0.48145466f, 0.4578275f, 0.40821073f, 0.26862954f, 0.26130258f, 0.27577711f);

    /// <param name="channel">0 red, 1 green, 2 blue.</param>
    public (float Mean, float Deviation) Of(int channel) => channel switch { 0 => (Red, RedDeviation), 1 => (Green, GreenDeviation), _ => (Blue, BlueDeviation) };
}
