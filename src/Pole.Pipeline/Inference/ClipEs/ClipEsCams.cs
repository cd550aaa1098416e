using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.ClipEs;

/// <summary>
/// CAMs of an image's classes from a frozen CLIP, at one scale and without a mirror image, as published. They are from 0 to 1 in the CLIP's cells and then enlarged, so that their maximum may be a little below 1; the published ones are not
/// normalised again either.
/// </summary>
internal sealed class ClipEsCams : ICamSource
{
    private readonly ClipEsOptions options;
    private readonly ClipModel judge;
    private readonly ClipNetwork clip;
    private readonly Device device;
    private readonly ClassTexts texts;
    private readonly NameSelection? selection;
    private readonly IReadOnlyList<Tensor> candidates;

    public ClipEsCams(ClipEsOptions options, ClipPrompts prompts, Device device)
    {
        (this.options, judge, this.device) = (options, prompts.Clip, device);
        clip = ClipEsImage.NetworkOf(judge);
        texts = new ClassTexts(clip, prompts, device);
        selection = options.SelectsNames && prompts.Names.Any(names => names.Count > 1) ? prompts.Selection ?? new NameSelection(prompts.Template, Masking.Black) : null;
        candidates = selection is null ? [] : [.. prompts.Names.Select(names => PromptEncoder.Encode(judge, selection.Template, names, device).DetachFromDisposeScope())];
    }

    public FusedCam? Of(ISample sample, RgbImage image)
    {
        var present = sample.PresentClasses;
        if (present.Count == 0) return null;
        using var scope = NewDisposeScope();
        using var seen = ClipEsImage.Open(clip, image, options.Refinement, device);
        using var noGradient = no_grad();
        var maps = options.Names switch
        {
            ClipEsNames.Mean => Maps(seen, [.. present.Select(texts.Mean)]),
            ClipEsNames.Oracle => ClosestToTruth(seen, sample, present),
            _ when selection is not null => OfBestNames(seen, image, present, selection),
            _ => OfFirstNames(seen, present),
        };
        return new FusedCam(present, ClipEsImage.Enlarged(maps, FusedCam.CellsOf(image.Height), FusedCam.CellsOf(image.Width)).MoveToOuterDisposeScope(), ClipEsImage.Enlarged(maps, image.Height, image.Width).MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        texts.Dispose();
        foreach (var tensor in candidates) tensor.Dispose();
    }

    private Tensor OfFirstNames(ClipEsImage seen, IReadOnlyList<int> present) => Maps(seen, [.. present.Select(index => texts.Name(index, 0))]);

    private Tensor OfBestNames(ClipEsImage seen, RgbImage image, IReadOnlyList<int> present, NameSelection rule)
    {
        var first = OfFirstNames(seen, present);
        var features = MaskedFeatures.Embed(judge, image, ClipEsImage.Enlarged(first, image.Height, image.Width), rule.Masking, device).to(device);
        var chosen = present.Select((index, map) => (int)PromptSelection.Similarity(features[TensorIndex.Slice(map, map + 1)], candidates[index])[0].argmax().item<long>()).ToList();
        return chosen.All(name => name == 0) ? first : Maps(seen, [.. present.Zip(chosen, texts.Name)]);
    }

    /// <summary>Of each class the map of the name with the highest IoU.</summary>
    private Tensor ClosestToTruth(ClipEsImage seen, ISample sample, IReadOnlyList<int> present)
    {
        if (!sample.HasLabels) throw new ExperimentException($"cam.source.names: oracle compares CAMs with the ground truth, and there is none of {sample.Id}: take other names");
        var truth = sample.LoadLabels();
        var variants = present.SelectMany((index, place) => Enumerable.Range(0, texts.Count(index)).Select(name => (Place: place, Name: name))).ToList();
        var competing = variants.Select(variant => texts.WithBackgrounds([.. present.Select((index, place) => texts.Name(index, place == variant.Place ? variant.Name : 0))]));
        var maps = seen.Maps(stack(competing, 0), [.. variants.Select(variant => variant.Place)]);
        var overlaps = variants.Select((variant, map) => TruthOverlap.Of(ClipEsImage.Enlarged(maps[TensorIndex.Slice(map, map + 1)], truth.Height, truth.Width).ToFloats(), truth, present[variant.Place])).ToList();
        return maps.index_select(0, tensor(present.Select((_, place) => (long)Enumerable.Range(0, variants.Count).Where(map => variants[map].Place == place).MaxBy(map => overlaps[map])).ToArray(), device: device));
    }

    /// <param name="ofClasses">The text of each class, <c>[D]</c>.</param>
    private Tensor Maps(ClipEsImage seen, IReadOnlyList<Tensor> ofClasses) => seen.Maps(texts.WithBackgrounds(ofClasses).unsqueeze(0).expand(ofClasses.Count, -1, -1), [.. Enumerable.Range(0, ofClasses.Count)]);
}
