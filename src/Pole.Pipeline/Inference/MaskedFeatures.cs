using Pole.Data.Imaging;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>How CLIP sees images under their CAMs (rB080/WSS_POLE, sim_test.ipynb: image × CAM through CLIP's own preprocessing), many (image, class) pairs at a time.</summary>
/// <param name="batch">Pairs that CLIP encodes at once.</param>
public sealed class MaskedFeatures(ClipModel clip, Masking masking, Device device, int batch = MaskedFeatures.Batch)
{
    public const int Batch = 32;

    private readonly List<float[]> views = [];
    private readonly List<Tensor> encoded = [];

    /// <summary>Pairs that were added.</summary>
    public int Count { get; private set; }

    /// <summary>The pairs of one image, at once.</summary>
    /// <param name="cams"><c>[n, H, W]</c> of the image's size, 0…1.</param>
    /// <returns>CLIP embeddings <c>[n, D]</c> on the CPU.</returns>
    public static Tensor Embed(ClipModel clip, RgbImage image, Tensor cams, Masking masking, Device device)
    {
        using var scope = NewDisposeScope();
        var features = new MaskedFeatures(clip, masking, device, (int)cams.shape[0]);
        features.Add(image, cams);
        return features.Complete().MoveToOuterDisposeScope();
    }

    /// <summary>Adds the pairs of an image.</summary>
    /// <param name="cams"><c>[n, H, W]</c> of the image's size, 0…1.</param>
    public void Add(RgbImage image, Tensor cams)
    {
        var plane = image.Width * image.Height;
        var values = cams.ToFloats();
        var added = new float[cams.shape[0]][];
        ParallelWork.For(added.Length, CancellationToken.None, map =>
        {
            var view = ClipPreprocessing.ResizeAndCrop(MaskedImage.Compose(image, values.AsSpan(map * plane, plane), masking), clip.ImageResolution);
            added[map] = new float[view.Pixels.Length];
            ImageTensors.Write(view, clip.Normalisation, added[map]);
        });
        views.AddRange(added);
        Count += added.Length;
        while (views.Count >= batch) Encode(batch);
    }

    /// <summary>The embeddings of all pairs in the order in which they were added, <c>[pairs, D]</c> on the CPU.</summary>
    public Tensor Complete()
    {
        if (views.Count > 0) Encode(views.Count);
        using var scope = NewDisposeScope();
        var all = cat(encoded, 0).MoveToOuterDisposeScope();
        foreach (var part in encoded) part.Dispose();
        encoded.Clear();
        return all;
    }

    private void Encode(int count)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var resolution = clip.ImageResolution;
        var pixels = new float[count * views[0].Length];
        for (var view = 0; view < count; view++) views[view].CopyTo(pixels, view * views[view].Length);
        var images = tensor(pixels, [count, 3, resolution, resolution], device: CPU).to(device);
        encoded.Add(clip.EncodeImage(images).cpu().DetachFromDisposeScope());
        views.RemoveRange(0, count);
    }
}
