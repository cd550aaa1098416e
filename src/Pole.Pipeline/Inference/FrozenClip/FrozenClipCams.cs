using Pole.Zoo.Prompts;
using Pole.Zoo.Prompts.Selection;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.FrozenClip;

/// <summary>
/// CAMs of an image's classes from the inside of a frozen CLIP, at one scale and without a mirror image, as published. They are from 0 to 1 in the CLIP's cells and then enlarged, so that their maximum may be a little below 1; the published
/// ones are not normalised again either.
/// </summary>
internal sealed class FrozenClipCams : ICamSource
{
    private static readonly ISelectionRule AnyName = new RandomNameOptions().Create(ModuleContext.None);

    private readonly FrozenClipMethod method;
    private readonly NameUse? use;
    private readonly ClipModel asked;
    private readonly Device device;
    private readonly ClassTexts texts;
    private readonly NameSelection? selection;
    private readonly IReadOnlyList<Tensor> candidates;

    /// <param name="use">Of several texts of a class; null for the best of them.</param>
    public FrozenClipCams(FrozenClipMethod method, NameUse? use, ClipPrompts prompts, ModuleContext context)
    {
        (this.method, this.use, device) = (method, use, context.Device);
        texts = new ClassTexts(method.Clip, prompts, context);
        selection = use is null or NameUse.Best && texts.HaveChoice ? prompts.Selection ?? new NameSelection(prompts.Template, Masking.Black) : null;
        // Descriptions are whole texts: the selection's template is around names alone. The order of cosines is the network's and the judge's alike.
        asked = prompts.Learner is null ? prompts.Clip : method.Clip;
        candidates = selection is null || prompts.Learner is not null ? [] : [.. prompts.Names.Select(names => PromptEncoder.Encode(asked, selection.Template, names, device).DetachFromDisposeScope())];
    }

    public FusedCam? Of(ISample sample, RgbImage image)
    {
        var present = sample.PresentClasses;
        if (present.Count == 0) return null;
        using var scope = NewDisposeScope();
        using var seen = method.Open(image);
        using var noGradient = no_grad();
        (Tensor Maps, IReadOnlyList<ChosenText> Chosen) found = use switch
        {
            NameUse.Mean => (Maps(seen, present, [.. present.Select(texts.Mean)]), []),
            NameUse.Oracle => ClosestToTruth(seen, sample, present),
            NameUse.Random => OfAnyNames(seen, sample, present),
            _ when selection is not null => OfBestNames(seen, image, present, selection),
            _ => (OfFirstNames(seen, present), []),
        };
        return new FusedCam(present, FrozenClipMethod.Enlarged(found.Maps, FusedCam.CellsOf(image.Height), FusedCam.CellsOf(image.Width)).MoveToOuterDisposeScope(), FrozenClipMethod.Enlarged(found.Maps, image.Height, image.Width).MoveToOuterDisposeScope())
        {
            Chosen = found.Chosen,
        };
    }

    public void Dispose()
    {
        texts.Dispose();
        foreach (var tensor in candidates) tensor.Dispose();
    }

    private Tensor OfFirstNames(IFrozenClipImage seen, IReadOnlyList<int> present) => Maps(seen, present, [.. present.Select(index => texts.Name(index, 0))]);

    private (Tensor Maps, IReadOnlyList<ChosenText> Chosen) OfBestNames(IFrozenClipImage seen, RgbImage image, IReadOnlyList<int> present, NameSelection rule)
    {
        var first = OfFirstNames(seen, present);
        var features = MaskedFeatures.Embed(asked, image, FrozenClipMethod.Enlarged(first, image.Height, image.Width), rule.Masking, device).to(device);
        var chosen = present.Select((index, map) => ChosenText.Best(texts.Written(index), Scores(features[TensorIndex.Slice(map, map + 1)], candidates.Count == 0 ? texts.Of(index) : candidates[index]))).ToList();
        return (chosen.All(text => text.Index == 0) ? first : Maps(seen, present, [.. present.Zip(chosen, (index, text) => texts.Name(index, text.Index))]), chosen);

        static double[] Scores(Tensor feature, Tensor ofClass) => [.. PromptSelection.Similarity(feature, ofClass)[0].ToFloats().Select(score => (double)score)];
    }

    private (Tensor Maps, IReadOnlyList<ChosenText> Chosen) OfAnyNames(IFrozenClipImage seen, ISample sample, IReadOnlyList<int> present)
    {
        var drawn = AnyName.Choose([.. present.Select(index => new NameCandidates(sample.Id, index, texts.Written(index), []))]);
        return (Maps(seen, present, [.. present.Zip(drawn, texts.Name)]), [.. present.Zip(drawn, (index, name) => new ChosenText(name, texts.Written(index), []))]);
    }

    /// <summary>Of each class the map of the text with the highest IoU.</summary>
    private (Tensor Maps, IReadOnlyList<ChosenText> Chosen) ClosestToTruth(IFrozenClipImage seen, ISample sample, IReadOnlyList<int> present)
    {
        if (!sample.HasLabels) throw new ExperimentException($"cam.source.names: oracle compares CAMs with the ground truth, and there is none of {sample.Id}: take other names");
        var truth = sample.LoadLabels();
        var variants = present.SelectMany((index, place) => Enumerable.Range(0, texts.Count(index)).Select(name => (Place: place, Name: name))).ToList();
        var competing = variants.Select(variant => Competing(present, [.. present.Select((index, place) => texts.Name(index, place == variant.Place ? variant.Name : 0))]));
        var maps = seen.Maps(stack(competing, 0), [.. variants.Select(variant => Target(present, variant.Place))]);
        var overlaps = variants.Select((variant, map) => TruthOverlap.Of(FrozenClipMethod.Enlarged(maps[TensorIndex.Slice(map, map + 1)], truth.Height, truth.Width).ToFloats(), truth, present[variant.Place])).ToList();
        var chosen = present.Select((index, place) => ChosenText.Best(texts.Written(index), [.. overlaps.Where((_, map) => variants[map].Place == place)])).ToList();
        return (maps.index_select(0, tensor(chosen.Select((text, place) => (long)variants.IndexOf((place, text.Index))).ToArray(), device: device)), texts.HaveChoice ? chosen : []);
    }

    /// <param name="ofClasses">The text of each present class, <c>[D]</c>.</param>
    private Tensor Maps(IFrozenClipImage seen, IReadOnlyList<int> present, IReadOnlyList<Tensor> ofClasses) => seen.Maps(Competing(present, ofClasses).unsqueeze(0).expand(ofClasses.Count, -1, -1), [.. present.Select((_, place) => Target(present, place))]);

    /// <summary>What the classes of an image compete among.</summary>
    private Tensor Competing(IReadOnlyList<int> present, IReadOnlyList<Tensor> ofClasses)
    {
        if (!method.AmongAllClasses) return texts.WithBackgrounds(ofClasses);
        var all = Enumerable.Range(0, texts.Classes).Select(index => use == NameUse.Mean ? texts.Mean(index) : texts.Name(index, 0)).ToList();
        foreach (var (place, index) in present.Index()) all[index] = ofClasses[place];
        return texts.WithBackgrounds(all);
    }

    private int Target(IReadOnlyList<int> present, int place) => method.AmongAllClasses ? present[place] : place;
}
