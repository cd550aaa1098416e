using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Pipeline.Judging;

/// <summary>Cosines of whole and masked images to the prompts of classes and backgrounds.</summary>
/// <param name="classes">Embeddings of the class names' prompts, <c>[K, D]</c>.</param>
/// <param name="backgrounds"><c>[B, D]</c>; null where the experiment has none.</param>
internal sealed class SeenImages(ClipModel clip, Tensor classes, Tensor? backgrounds)
{
    private readonly List<double> absent = [];
    private readonly Tensor texts = backgrounds is null ? classes : cat([classes, backgrounds]);

    /// <summary>For each image, whether the closest class is in it.</summary>
    public List<bool> WholeRight { get; } = [];

    /// <summary>For each pair, whether the class is the closest to image × true mask.</summary>
    public List<bool> MaskRight { get; } = [];

    /// <summary>For each class of an image and each other in it.</summary>
    public List<bool> OwnMaskCloser { get; } = [];

    /// <summary>For each image that is not all objects; none without backgrounds.</summary>
    public List<bool> SceneryRight { get; } = [];

    public int Pairs => MaskRight.Count;

    /// <param name="pixels"><c>[1, 3, H, W]</c>, ImageNet-normalised.</param>
    /// <param name="present">Classes of the label map, ascending.</param>
    public void Add(Tensor pixels, LabelMap labels, IReadOnlyList<int> present)
    {
        if (present.Count == 0) return;
        using var scope = NewDisposeScope();
        var scenery = CandidateMasks.MaskOf(labels, label => label == 0, pixels.device);
        Tensor[] masks = [ones_like(scenery), .. present.Select(one => CandidateMasks.MaskOf(labels, label => label == one + 1, pixels.device)), scenery];
        var cosines = Cosines(stack(masks).unsqueeze(1) * pixels);
        var (count, whole) = (classes.shape[0], cosines[0].ToFloats());
        WholeRight.Add(present.Contains(Best(whole[..(int)count])));
        absent.AddRange(Enumerable.Range(0, (int)count).Except(present).Select(other => (double)whole[other]));
        foreach (var (place, one) in present.Index())
        {
            MaskRight.Add(Best(cosines[place + 1].ToFloats()[..(int)count]) == one);
            foreach (var other in Enumerable.Range(0, present.Count).Where(other => other != place)) OwnMaskCloser.Add(cosines[place + 1, one].item<float>() > cosines[other + 1, one].item<float>());
        }

        if (backgrounds is not null && scenery.any().item<bool>()) SceneryRight.Add(Best(cosines[present.Count + 1].ToFloats()) >= count);
    }

    /// <summary>Highest cosine of an image of zeros, ImageNet's mean colour, to a class.</summary>
    public double EmptyCosine()
    {
        using var scope = NewDisposeScope();
        return Cosines(zeros(1, 3, clip.ImageResolution, clip.ImageResolution, device: classes.device))[0, TensorIndex.Slice(0, classes.shape[0])].max().item<float>();
    }

    /// <summary>Mean and one standard deviation of the cosines of whole images to classes that are not in them.</summary>
    public double AbsentBound()
    {
        if (absent.Count == 0) return 1;
        var mean = absent.Average();
        return mean + Math.Sqrt(absent.Average(value => (value - mean) * (value - mean)));
    }

    /// <param name="images"><c>[N, 3, H, W]</c>; resized as in CLIMS's training.</param>
    /// <returns><c>[N, texts]</c>.</returns>
    private Tensor Cosines(Tensor images) =>
        CosineSimilarity.Between(clip.EncodeImage(nn.functional.interpolate(images, [clip.ImageResolution, clip.ImageResolution], mode: InterpolationMode.Bilinear, align_corners: true)), texts);

    private static int Best(float[] cosines) => Array.IndexOf(cosines, cosines.Max());
}
