namespace Pole;

/// <summary>(RGB / 255 − mean) / deviation, per channel: how a network was trained to see pixels.</summary>
public sealed record PixelNormalisation(float Red, float Green, float Blue, float RedDeviation, float GreenDeviation, float BlueDeviation)
{
    /// <summary>That of torchvision's ImageNet networks.</summary>
    public static PixelNormalisation ImageNet { get; } = new(0.485f, 0.456f, 0.406f, 0.229f, 0.224f, 0.225f);

    /// <summary>That of OpenAI's CLIP models.</summary>
    public static PixelNormalisation Clip { get; } = new(0.48145466f, 0.4578275f, 0.40821073f, 0.26862954f, 0.26130258f, 0.27577711f);

    /// <summary>That of Caffe's ImageNet networks: bytes less the mean colour, blue first.</summary>
    public static PixelNormalisation Caffe { get; } = new(122.675f / 255, 116.669f / 255, 104.008f / 255, 1 / 255f, 1 / 255f, 1 / 255f) { BlueFirst = true };

    /// <summary>That of CNTK's ImageNet ResNet in ML.NET: bytes less the mean colour, blue first. Its own graph subtracts a mean image, whose colour this is.</summary>
    public static PixelNormalisation Cntk { get; } = new(123.15f / 255, 115.90f / 255, 103.06f / 255, 1 / 255f, 1 / 255f, 1 / 255f) { BlueFirst = true };

    /// <summary>The planes are blue, green, red.</summary>
    public bool BlueFirst { get; init; }

    /// <param name="channel">0 red, 1 green, 2 blue.</param>
    public (float Mean, float Deviation) Of(int channel) => channel switch { 0 => (Red, RedDeviation), 1 => (Green, GreenDeviation), _ => (Blue, BlueDeviation) };

    /// <summary>Which of a network's input planes a channel is.</summary>
    /// <param name="channel">0 red, 1 green, 2 blue.</param>
    public int Plane(int channel) => BlueFirst ? 2 - channel : channel;
}
