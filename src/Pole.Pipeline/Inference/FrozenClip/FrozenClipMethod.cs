using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.FrozenClip;

/// <summary>A method that takes CAMs from the inside of a frozen CLIP.</summary>
/// <param name="Clip">The network whose image tower is looked into.</param>
/// <param name="Open">The pass of an image; the caller disposes it.</param>
/// <param name="AmongAllClasses">Whether a class competes with every class of the data set, and not with those of the image alone.</param>
internal sealed record FrozenClipMethod(ClipNetwork Clip, Func<RgbImage, IFrozenClipImage> Open, bool AmongAllClasses)
{
    /// <summary>The network whose image tower is looked into.</summary>
    /// <param name="method">For the message.</param>
    /// <param name="towers">What it can be, for the message.</param>
    /// <exception cref="ExperimentException">The CLIP is of another make.</exception>
    public static ClipNetwork NetworkOf(ClipModel clip, string method, string towers) => ClipNetwork.Inside(clip)
        ?? throw new ExperimentException($"{method} looks into the image tower of a CLIP as OpenAI made it, {towers}; {clip.GetName()} is another: take vit-b-16, or rise as the cam.source, which asks any CLIP");

    /// <summary>Maps of cells as maps of pixels.</summary>
    /// <param name="maps"><c>[maps, rows, columns]</c>.</param>
    /// <returns><c>[maps, height, width]</c>.</returns>
    public static Tensor Enlarged(Tensor maps, int height, int width) => nn.functional.interpolate(maps.unsqueeze(0), [height, width], mode: InterpolationMode.Bilinear, align_corners: false)[0];
}
