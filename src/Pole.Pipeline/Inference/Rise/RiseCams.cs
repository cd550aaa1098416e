using Pole.Data.Imaging;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.Rise;

/// <summary>
/// Saliency of each present class: the mean of the masks, each weighted by the probability of the class in the masked image, less its smallest value. A class's probability is the sum over its names'
/// prompts of softmax(100 · cosine) among all names and backgrounds; what a mask hides has the mean colour. The whole image is seen, resized to CLIP's input without keeping its aspect.
/// </summary>
internal sealed class RiseCams : ICamSource
{
    private readonly RiseOptions options;
    private readonly ClipModel clip;
    private readonly Device device;
    private readonly RiseMasks masks;
    private readonly Tensor prompts, classOfPrompt;

    public RiseCams(RiseOptions options, ClipPrompts given, Device device)
    {
        (this.options, clip, this.device) = (options, given.Clip, device);
        masks = new RiseMasks(options, clip.ImageResolution, device);
        using var scope = NewDisposeScope();
        List<string> texts = [.. given.Names.SelectMany(names => names), .. given.Backgrounds];
        prompts = PromptEncoder.Encode(clip, given.Template, texts, device).DetachFromDisposeScope();
        var owners = zeros(texts.Count, given.Names.Count, device: CPU);
        var row = 0;
        foreach (var (names, index) in given.Names.Select((names, index) => (names, index)))
            for (var name = 0; name < names.Count; name++) owners[row++, index] = 1;
        classOfPrompt = owners.to(device).DetachFromDisposeScope();
    }

    public FusedCam? Of(ISample sample, RgbImage image)
    {
        if (sample.PresentClasses.Count == 0) return null;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var seen = ImageTensors.Normalised(PilResize.Bicubic(image, clip.ImageResolution, clip.ImageResolution), clip.Normalisation).unsqueeze(0).to(device);
        var saliency = zeros(classOfPrompt.shape[1], clip.ImageResolution, clip.ImageResolution, device: device);
        for (var first = 0; first < masks.Count; first += options.BatchSize)
        {
            using var batchScope = NewDisposeScope();
            var batch = masks.Take(first, Math.Min(options.BatchSize, masks.Count - first));
            var probabilities = PromptSelection.Similarity(clip.EncodeImage(seen * batch), prompts).matmul(classOfPrompt);
            saliency.add_(probabilities.t().matmul(batch.flatten(1)).reshape(saliency.shape));
        }

        var cam = CamFusion.Fuse([saliency - saliency.amin([1L, 2L], keepdim: true)], image.Height, image.Width, sample.PresentClasses);
        cam.Strided.MoveToOuterDisposeScope();
        cam.HighResolution.MoveToOuterDisposeScope();
        return cam;
    }

    public void Dispose()
    {
        masks.Dispose();
        prompts.Dispose();
        classOfPrompt.Dispose();
    }
}
