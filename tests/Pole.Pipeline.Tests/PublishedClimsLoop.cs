using Pole.Zoo.Objective;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>
/// The CLIMS losses as the published loop computes them (CVI-SZU/CLIMS, step/train_clims.py): the foreground is encoded twice, every text at every step, and gradients
/// reach all of CLIP's weights. What the fused form is measured against.
/// </summary>
/// <param name="activationsOf">Sigmoid maps <c>[N, K, h, w]</c> of images.</param>
/// <param name="clip">Its parameters require gradients, as those of a loaded CLIP do.</param>
/// <param name="classPrompts">The prompt of each class.</param>
internal sealed class PublishedClimsLoop(Func<Tensor, Tensor> activationsOf, ClipModel clip, IReadOnlyList<string> classPrompts, IReadOnlyList<string> backgroundPrompts, ObjectiveOptions objective)
{
    /// <param name="images"><c>[N, 3, H, W]</c>.</param>
    /// <param name="labels"><c>[N, K]</c>.</param>
    public Tensor Loss(Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var activations = activationsOf(images);
        var resolution = clip.ImageResolution;
        var large = nn.functional.interpolate(images, [resolution, resolution], mode: InterpolationMode.Bilinear, align_corners: true);
        var maps = nn.functional.interpolate(activations, [resolution, resolution], mode: InterpolationMode.Bilinear, align_corners: true);
        var (foregrounds, backgrounds, prompts) = (new List<Tensor>(), new List<Tensor>(), new List<string>());
        for (var image = 0; image < images.shape[0]; image++)
        for (var present = 0; present < classPrompts.Count; present++)
        {
            if (labels[image, present].item<float>() == 0) continue;
            foregrounds.Add(maps[image, present] * large[image]);
            backgrounds.Add((1 - maps[image, present]) * large[image]);
            prompts.Add(classPrompts[present]);
        }

        var otm = SimilarityLosses.Maximise(CosineSimilarity.OfPairs(clip.EncodeImage(stack(foregrounds)), Encode(prompts)));
        var btm = SimilarityLosses.Minimise(CosineSimilarity.OfPairs(clip.EncodeImage(stack(backgrounds)), Encode(prompts)));
        var cbs = SimilarityLosses.SuppressAbove(CosineSimilarity.Between(clip.EncodeImage(stack(foregrounds)), Encode(backgroundPrompts)), Term<CbsOptions>().Threshold);
        return (otm * Term<OtmOptions>().Weight + btm * Term<BtmOptions>().Weight + cbs * Term<CbsOptions>().Weight + activations.mean() * Term<RegOptions>().Weight).MoveToOuterDisposeScope();
    }

    private TTerm Term<TTerm>() => objective.Terms.OfType<TTerm>().Single();

    private Tensor Encode(IReadOnlyList<string> prompts) => clip.EncodeText(tensor(prompts.SelectMany(clip.Tokenizer.Encode).ToArray(), [prompts.Count, clip.Tokenizer.ContextLength], device: clip.parameters().First().device));
}
