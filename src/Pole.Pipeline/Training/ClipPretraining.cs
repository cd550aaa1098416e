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
    private const double WarmUpShare = 0.05;
    private const double WeightDecay = 0.05;

    public static void Run(ClipNetwork clip, ICaptionSource source, ICaptionPretraining options, int seed, Device device, IStageProgress progress, CancellationToken cancellation)
    {
        progress.Expect(options.Captions, "captions");
        var captions = new (RgbImage Image, string Caption)[options.Captions];
        ParallelWork.For(options.Captions, cancellation, index =>
        {
            captions[index] = source.RenderCaptioned(index, options.ImageResolution);
            progress.Advance(1);
        });
        var ids = captions.Select(pair => pair.Caption).Distinct().Select((caption, id) => (caption, id)).ToDictionary(entry => entry.caption, entry => (long)entry.id);
        var rows = ids.Keys.ToDictionary(caption => caption, clip.Tokenizer.Encode);

        progress.Expect(options.Steps, "steps");
        using var optimizer = optim.AdamW(clip.parameters(), options.LearningRate, weight_decay: WeightDecay);
        var random = new Random(seed);
        clip.train();
        for (var step = 0; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            foreach (var group in optimizer.ParamGroups) group.LearningRate = options.LearningRate * Rate(step, options.Steps);
            var batch = Enumerable.Range(0, options.BatchSize).Select(_ => captions[random.Next(captions.Length)]).ToList();
            var loss = Loss(clip, batch, ids, rows, device);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            using (no_grad()) clip.LogitScale.clamp_(0, Math.Log(100));
            progress.Advance(1, $"loss {loss.item<float>():f3}");
        }

        clip.eval();
    }

    private static Tensor Loss(ClipNetwork clip, List<(RgbImage Image, string Caption)> batch, Dictionary<string, long> ids, Dictionary<string, long[]> rows, Device device)
    {
        var images = stack(batch.Select(pair => ImageTensors.Normalised(pair.Image, clip.Normalisation))).to(device);
        var tokens = tensor(batch.SelectMany(pair => rows[pair.Caption]).ToArray(), device: device).view(batch.Count, clip.Tokenizer.ContextLength);
        var captions = tensor(batch.Select(pair => ids[pair.Caption]).ToArray(), device: device);
        var same = (captions.unsqueeze(0) == captions.unsqueeze(1)).to(ScalarType.Float32);
        var targets = same / same.sum(1, keepdim: true);
        var logits = clip.LogitsPerImage(images, tokens);
        return -((targets * logits.log_softmax(1)).sum(1).mean() + (targets * logits.t().log_softmax(1)).sum(1).mean()) / 2;
    }

    /// <summary>Linear warm-up, then half a cosine.</summary>
    private static double Rate(int step, int steps)
    {
        var warmUp = Math.Max(1, (int)(steps * WarmUpShare));
        return step < warmUp ? (step + 1.0) / warmUp : 0.5 * (1 + Math.Cos(Math.PI * (step - warmUp) / Math.Max(1, steps - warmUp)));
    }
}
