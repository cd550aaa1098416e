using Pole.Data.Imaging;
using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>
/// Contrastive pretraining of a small CLIP on rendered captions (Radford et al. 2021). Pairs of a batch that share a caption
/// are all positives of each other: the vocabulary is small, so captions repeat.
/// </summary>
public static class ClipPretraining
{
    private const double WeightDecay = 0.05;

    public static void Run(ClipNetwork clip, ICaptionSource source, ICaptionPretraining options, int seed, ModuleContext modules, TrainingSession session)
    {
        session.Progress.Expect(options.Captions, "captions");
        var captions = new (RgbImage Image, string Caption)[options.Captions];
        ParallelWork.For(options.Captions, session.Cancellation, index =>
        {
            captions[index] = source.RenderCaptioned(index, options.ImageResolution, options.MaskedShare);
            session.Progress.Advance(1);
        });
        var ids = captions.Select(pair => pair.Caption).Distinct().Select((caption, id) => (caption, id)).ToDictionary(entry => entry.caption, entry => (long)entry.id);
        var rows = ids.Keys.ToDictionary(caption => caption, clip.Tokenizer.Encode);

        using var optimizer = ClipOptimizer.Create(clip.parameters(), options.LearningRate, WeightDecay, options.Steps, modules);
        // In memory already, so nothing is prepared ahead.
        TrainingLoop.Run(new TrainingState(clip, optimizer), new DrawnBatches<CaptionBatch>(captions.Length, options.BatchSize, options.Steps, seed, drawn => new(drawn, [.. drawn.Select(id => captions[id])])), options.Steps, 1, batch => Loss(clip, batch, ids, rows, modules.Device), session with { Workers = 0 });
        Clamp(clip);
    }

    /// <summary>CLIP keeps the scale of its logits at 100 or below.</summary>
    private static void Clamp(ClipNetwork clip)
    {
        using var noGradient = no_grad();
        clip.LogitScale.clamp_(0, Math.Log(100));
    }

    private static Tensor Loss(ClipNetwork clip, CaptionBatch batch, Dictionary<string, long> ids, Dictionary<string, long[]> rows, Device device)
    {
        using var scope = NewDisposeScope();
        Clamp(clip);
        var images = stack(batch.Pairs.Select(pair => ImageTensors.Normalised(pair.Image, clip.Normalisation))).to(device);
        var tokens = tensor(batch.Pairs.SelectMany(pair => rows[pair.Caption]).ToArray(), device: device).view(batch.Pairs.Count, clip.Tokenizer.ContextLength);
        var captions = tensor(batch.Pairs.Select(pair => ids[pair.Caption]).ToArray(), device: device);
        var same = (captions.unsqueeze(0) == captions.unsqueeze(1)).to(ScalarType.Float32);
        var targets = same / same.sum(1, keepdim: true);
        var logits = clip.LogitsPerImage(images, tokens);
        return (-((targets * logits.log_softmax(1)).sum(1).mean() + (targets * logits.t().log_softmax(1)).sum(1).mean()) / 2).MoveToOuterDisposeScope();
    }
}
