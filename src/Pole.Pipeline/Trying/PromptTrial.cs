using Pole.Data;
using Pole.Pipeline.External;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Pipeline.Stages;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Trying;

/// <summary>
/// The question of POLE's Figure 1, asked of one image: which prompt does CLIP find most correlated with image × map (<see cref="PromptSelection"/>)? With <c>cam.source: clip-es</c> or <c>excel</c> each prompt has a map of its own, and
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
    private readonly ClassTexts? classes;
    private readonly ITrialMaps maps;
    private readonly Device device;

    private PromptTrial(Experiment experiment, ChainRun chain, ClipModel clip, ClassTexts? classes, ITrialMaps maps, Device device) =>
        (this.experiment, this.chain, this.clip, this.classes, this.maps, this.device) = (experiment, chain, clip, classes, maps, device);

    /// <summary>Whether each prompt has a map of its own, so that no class is needed.</summary>
    public bool HasMapOfPrompt => maps is PromptMaps;

    /// <summary>Opens the CLIP, which is pretrained where it is a small one of the experiment's own and not stored, and what maps are made of.</summary>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="ExperimentException">The experiment has no CLIP; its CAMs are of a network that is not stored; data or weights are missing.</exception>
    public static PromptTrial Open(Experiment experiment, RunContext context)
    {
        if (experiment is not { Clip: not null, Prompt: { } prompt }) throw new ExperimentException($"{experiment.Name} has no clip and no prompt: nothing reads prompts there");
        var (run, device) = (new ExperimentRun(experiment, context), context.Modules.Device);
        var inside = experiment.Cam.Source as ILooksInsideClip;
        var chain = inside is null ? run.FindTo(PipelineSlots.CamSource) : run.RunTo(Slots.Clip);
        ClassTexts? classes = null;
        try
        {
            var judge = chain.Final(Slots.Clip)!;
            var method = inside?.MethodOf(judge, context.Modules);
            // As in a run: texts that a learner makes are compared in the network's own space, past what a small CLIP adds as a judge.
            var (describes, asked) = (prompt.Learner is IDescribesClasses, prompt.Learner is IDescribesClasses && method is not null ? method.Clip : judge);
            if (describes || method is not null) classes = TextsOf(experiment, describes || method!.AmongAllClasses, method?.Clip ?? judge, context.Modules);
            return new PromptTrial(experiment, chain, asked, classes, method is null ? new ClassMaps(chain.Final(PipelineSlots.CamSource)!.Open()) : new PromptMaps(method, classes!, prompt.Template, device), device);
        }
        catch
        {
            classes?.Dispose();
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
        var ofClass = question.TextOfClass is null ? null : classes!.Name(question.ClassIndex!.Value, 0);
        var found = maps.Of(seen, question, ofClass);
        var features = new MaskedFeatures(clip, experiment.Prompt!.Masking, device);
        features.Add(seen, found.Maps);
        var views = features.Complete();
        var cosines = CosineSimilarity.Between(views, ofClass is null ? texts : cat([texts, ofClass.cpu().unsqueeze(0)], 0));
        var first = cosines[0].ToFloats();
        var scores = PromptSelection.Similarity(views[TensorIndex.Slice(0, 1)], texts)[0].ToFloats();
        var own = found.Probabilities is null ? null : cosines.diagonal().ToFloats();
        var weights = ofClass is null ? null : classes!.WeightsOf(question.ClassIndex!.Value);
        List<TriedPrompt> prompts = [.. question.Texts.Select((text, place) => new TriedPrompt(text.Text, text.MapText, first[place], scores[place], own?[place], found.Probabilities?[place])
        {
            Weight = text.Sentence is { } sentence ? weights?.Sentences[sentence] : place == 0 ? weights?.Name : null,
        })];
        if (question.TextOfClass is { } name) prompts.Add(new TriedPrompt(name, name, first[^1], null, own?[^1], found.Probabilities?[^1]));
        return new TriedPrompts(experiment.Name, question.Class, seen, experiment.Prompt.Masking, prompts, [.. found.Maps.unbind(0).Select(map => (ReadOnlyMemory<float>)map.ToFloats())], Array.IndexOf(first, first[..question.Texts.Count].Max()));
    }

    public void Dispose()
    {
        maps.Dispose();
        classes?.Dispose();
        chain.Dispose();
    }

    /// <param name="clip">The network where maps are made of it, else the judge.</param>
    private static ClassTexts TextsOf(Experiment experiment, bool ofClasses, ClipModel clip, ModuleContext modules)
    {
        var (prompt, names) = (experiment.Prompt!, ofClasses ? DatasetClasses.Of(experiment.Dataset) : []);
        return new ClassTexts(clip, new ClipPrompts(clip, prompt.Template, [.. names.Select(name => (IReadOnlyList<string>)[prompt.NamesOf(name)[0]])], prompt.Backgrounds)
        {
            Learner = prompt.Learner is IDescribesClasses ? prompt.Learner : null, Descriptions = prompt.Descriptions is null ? [] : [.. names.Select(prompt.DescriptionsOf)],
        }, modules);
    }
}
