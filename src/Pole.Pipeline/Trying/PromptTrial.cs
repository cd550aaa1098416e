using Pole.Pipeline.External;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Stages;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Trying;

/// <summary>
/// The question of POLE's Figure 1, asked of one image: which prompt does CLIP find most correlated with image × map (<see cref="PromptSelection"/>)? With <c>cam.source: clip-es</c> each prompt has a map of its own, and
/// the map of the first one, which stands for the ground-truth name, decides. Otherwise there is the class's map of the experiment's CAMs.
/// </summary>
public sealed class PromptTrial : IDisposable
{
    /// <summary>Longer side that a larger image is reduced to, in pixels: that of COCO's. What a ViT needs grows with the square of the pixels.</summary>
    public const int Side = 640;

    private const int LeastSide = 16, MostElongated = 20;

    private readonly Experiment experiment;
    private readonly ChainRun chain;
    private readonly ClipModel clip;
    private readonly ITrialMaps maps;
    private readonly Device device;

    private PromptTrial(Experiment experiment, ChainRun chain, ClipModel clip, ITrialMaps maps, Device device) => (this.experiment, this.chain, this.clip, this.maps, this.device) = (experiment, chain, clip, maps, device);

    /// <summary>Whether each prompt has a map of its own, so that no class is needed.</summary>
    public bool HasMapOfPrompt => maps is PromptMaps;

    /// <summary>Opens the CLIP, which is pretrained where it is a small one of the experiment's own and not stored, and what maps are made of.</summary>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="ExperimentException">The experiment has no CLIP; its CAMs are of a network that is not stored; data or weights are missing.</exception>
    public static PromptTrial Open(Experiment experiment, RunContext context)
    {
        if (experiment is not { Clip: not null, Prompt: { } prompt }) throw new ExperimentException($"{experiment.Name} has no clip and no prompt: nothing reads prompts there");
        var (run, device) = (new ExperimentRun(experiment, context), context.Modules.Device);
        var chain = experiment.Cam.Source is ClipEsOptions ? run.RunTo(Slots.Clip) : run.FindTo(PipelineSlots.CamSource);
        try
        {
            var clip = chain.Final(Slots.Clip)!;
            return new PromptTrial(experiment, chain, clip, experiment.Cam.Source is ClipEsOptions options ? new PromptMaps(clip, options, prompt, device) : new ClassMaps(chain.Final(PipelineSlots.CamSource)!.Open()), device);
        }
        catch
        {
            chain.Dispose();
            throw;
        }
    }

    /// <param name="question">Of the same experiment.</param>
    /// <exception cref="ExperimentException">A prompt is longer than the CLIP reads, or has words that a small one does not know; the image is a sliver.</exception>
    public TriedPrompts Ask(RgbImage image, TrialQuestion question)
    {
        var (shorter, longer) = (Math.Min(image.Width, image.Height), Math.Max(image.Width, image.Height));
        if (shorter < LeastSide || longer > MostElongated * shorter) throw new ExperimentException($"the image has {image.Width}×{image.Height} pixels; prompts are tried on images of {LeastSide} pixels a side or more, at most {MostElongated} times as long as wide");
        var seen = CamPredictor.Fitted(image, Side);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // Prompts first: what is wrong with one is said before maps are made.
        var texts = PromptEncoder.Encode(clip, "{}", [.. question.Texts.Select(text => text.Text)], device).cpu();
        var found = maps.Of(seen, question);
        var features = new MaskedFeatures(clip, experiment.Prompt!.Masking, device);
        features.Add(seen, found.Maps);
        var views = features.Complete();
        var cosines = CosineSimilarity.Between(views, texts);
        var first = cosines[0].ToFloats();
        var scores = PromptSelection.Similarity(views[TensorIndex.Slice(0, 1)], texts)[0].ToFloats();
        var own = found.Probabilities is null ? null : cosines.diagonal().ToFloats();
        return new TriedPrompts(experiment.Name, question.Class, seen, experiment.Prompt.Masking,
            [.. question.Texts.Select((text, place) => new TriedPrompt(text.Text, text.MapText, first[place], scores[place], own?[place], found.Probabilities?[place]))],
            [.. found.Maps.unbind(0).Select(map => (ReadOnlyMemory<float>)map.ToFloats())], Array.IndexOf(first, first.Max()));
    }

    public void Dispose()
    {
        maps.Dispose();
        chain.Dispose();
    }
}
