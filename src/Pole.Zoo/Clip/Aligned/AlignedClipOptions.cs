using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip.Aligned;

/// <summary>A judge made of a pretrained backbone and a real CLIP's text embeddings, where no CLIP's image tower can be had: a projection between them is fitted to the image-level labels of the training images, then frozen.</summary>
public abstract record AlignedClipOptions : IModuleOptions<ClipModel>, IClipShape, IReadsWeights, ICrossChecked
{
    /// <summary>Tokens of a prompt of the published CLIPs, ends included.</summary>
    private const int ContextLength = 77;

    private readonly TextSpace space;

    private protected AlignedClipOptions(TextSpace space) => this.space = space;

    /// <summary>Features of the image tower, frozen; with pretrained weights.</summary>
    public required IModuleOptions<Backbone> Backbone { get; init; }

    /// <summary>Side of the images that it sees, in pixels.</summary>
    [Range(32, 512)] public int ImageResolution { get; init; } = 160;

    /// <summary>Views of each training image that the projection is fitted to: the first is the whole image, the others are crops, mirrored or not.</summary>
    [Range(1, 1000)] public int Views { get; init; } = 10;

    /// <summary>Share of the crops of which a rectangle is seen alone before the mean colour, as activation maps show an image to a judge, 0…1.</summary>
    [Range(0.0, 1.0)] public double Masked { get; init; } = 0.5;

    /// <summary>Optimiser steps of the fit (AdamW, a warm-up, half a cosine).</summary>
    [Range(1, 1_000_000)] public int Steps { get; init; } = 600;

    /// <summary>Views per step.</summary>
    [Range(2, 65_536)] public int BatchSize { get; init; } = 128;

    /// <summary>Highest learning rate of the fit.</summary>
    [Range(0.0, 1.0)] public double LearningRate { get; init; } = 1e-3;

    /// <summary>Weight decay of the fit.</summary>
    [Range(0.0, 10.0)] public double WeightDecay { get; init; } = 0.05;

    /// <summary>Give every image the labels of another: the control, which has everything of the judge but what labels say.</summary>
    public bool ShuffledLabels { get; init; }

    /// <summary>Seed of the fit. With one, every seed of an experiment has the same judge. Left out: the experiment's seed.</summary>
    [Range(0, int.MaxValue)] public int? Seed { get; init; }

    /// <summary>Share of every embedding that is the same for all; see <see cref="ConedClip"/>.</summary>
    [Range(0.0, 0.9)] public double Cone { get; init; }

    /// <summary>Share of every embedding that is the same for all of its modality and nowhere else; see <see cref="ConedClip"/>.</summary>
    [Range(0.0, 0.9)] public double Gap { get; init; }

    /// <summary>The same with its defaults for what the fit does not read, so that experiments which differ in nothing else share it.</summary>
    public AlignedClipOptions Fit => this with { Cone = 0, Gap = 0, Seed = null };

    public ClipShape Shape => new(space.EmbeddingSize + (Gap > 0 ? 3 : Cone > 0 ? 1 : 0), ContextLength) { ExposesLayers = false, TextSpace = space.Clip, AddsDimensions = Gap > 0 || Cone > 0 };

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (Cone + Gap >= 1) yield return new SpecConflict($"{path}.gap", $"a cone of {Cone} and a gap of {Gap} leave nothing of an embedding: their sum must be below 1");
        if (experiment.Prompt is not { } prompt) yield break;
        foreach (var (key, template) in new[] { ("prompt.template", prompt.Template), ("prompt.selection-template", prompt.SelectionTemplate) })
            if (template is not null && template != space.Template)
                yield return new SpecConflict(key, $"the text embeddings of this clip were made with \"{space.Template}\", and there is no text tower that could read another template: give \"{space.Template}\"");
        if (prompt.Learner is not (null or IDescribesClasses { ReadsDescriptions: false })) yield return new SpecConflict("prompt.learner", "this clip has embeddings of names and no text tower, so that no prompt can be learnt: leave the learner out, or give description-bank with a file, or use a clip with published weights");
        var known = space.Names.ToHashSet(StringComparer.Ordinal);
        var unknown = prompt.Corpus.Names.SelectMany(entry => entry.Value.Take(prompt.CountOf(entry.Key)).Where(given => !known.Contains(given)).Select(given => (Class: entry.Key, Name: given))).ToList();
        if (unknown.Count > 0)
            yield return new SpecConflict("prompt.corpus", $"class '{unknown[0].Class}' is called '{unknown[0].Name}', of which there is no published text embedding{Nearest(unknown[0].Name, known)}{(unknown.Count > 1 ? $", nor of {unknown.Count - 1} more names" : "")}; use a corpus of names that have one, such as aligned");
        if (prompt.Backgrounds.FirstOrDefault(given => !known.Contains(given)) is { } background)
            yield return new SpecConflict("prompt.backgrounds", $"there is no published text embedding of '{background}'{Nearest(background, known)}; leave it out, and the term cbs with it where none is left");
    }

    public IReadOnlyList<string> WeightFiles(ModuleContext context)
    {
        PublishedWeights.Require(context, [.. space.Tables.Select(table => table.File)]);
        return [.. space.Tables.Select(table => table.File.Locate(context)), .. Backbone is IReadsWeights weights ? weights.WeightFiles(context) : []];
    }

    /// <summary>With a projection that is not fitted.</summary>
    /// <exception cref="ExperimentException">Text embeddings or the backbone's weights are missing or damaged.</exception>
    public AlignedClip CreateUnfitted(ModuleContext context)
    {
        var texts = space.Read(context);
        return new AlignedClip(Backbone.Create(context), space, texts, ImageResolution);
    }

    /// <summary>The fitted model as CLIMS and prompt selection see it.</summary>
    public ClipModel CreateJudge(AlignedClip fitted) => Cone + Gap > 0 ? new ConedClip(fitted, Cone, Gap) : fitted;

    public ClipModel Create(ModuleContext context) => throw new ExperimentException("an aligned clip has no published weights of its own: it is fitted to the image-level labels of a data set");

    /// <summary>A word that the unknown one begins or ends with.</summary>
    private static string Nearest(string unknown, IEnumerable<string> known)
    {
        var near = known.Where(name => name.Contains(unknown, StringComparison.OrdinalIgnoreCase) || (name.Length > 3 && unknown.Contains(name, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal).Take(5).ToList();
        return near.Count == 0 ? "" : $" (there is {string.Join(", ", near)})";
    }
}

/// <summary>A judge in the text space of CLIP RN50, with the names of VOC, COCO and LVIS.</summary>
[PoleModule("aligned-rn50")]
public sealed record AlignedRn50Options() : AlignedClipOptions(TextSpace.Rn50);

/// <summary>A judge in the text space of CLIP ViT-B/16, with the names of VOC and COCO-Stuff.</summary>
[PoleModule("aligned-b16")]
public sealed record AlignedB16Options() : AlignedClipOptions(TextSpace.VitB16);
