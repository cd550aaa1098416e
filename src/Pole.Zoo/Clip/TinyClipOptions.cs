using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Clip;

/// <summary>A small CLIP, pretrained in minutes on a rendered data set's captions, or on captions made of image-level labels.</summary>
[PoleModule("tiny-clip")]
public sealed record TinyClipOptions : IModuleOptions<ClipModel>, ICaptionPretraining, IClipShape, ICrossChecked
{
    /// <summary>Side of the images that it sees, in pixels.</summary>
    [AllowedValues(32, 64, 96, 128)] public int ImageResolution { get; init; } = 64;

    /// <summary>Side of a patch, in pixels, of a ViT image tower. Left out: the tower is a ModifiedResNet.</summary>
    [AllowedValues(8, 16, 32)] public int? PatchSize { get; init; }

    /// <summary>Channels of the ModifiedResNet's first stage, or of the ViT.</summary>
    [AllowedValues(8, 16, 24, 32, 48, 64, 128, 256)] public int VisionWidth { get; init; } = 16;

    /// <summary>Blocks of each of the four stages; a ViT has four times as many layers.</summary>
    [Range(1, 8)] public int BlocksPerStage { get; init; } = 1;
    /// <summary>Channels of the text tower.</summary>
    [AllowedValues(32, 64, 128, 256)] public int TextWidth { get; init; } = 64;
    /// <summary>Layers of the text tower.</summary>
    [Range(1, 12)] public int TextLayers { get; init; } = 2;
    /// <summary>Embedding dimension.</summary>
    [AllowedValues(32, 64, 128, 256, 512)] public int EmbeddingSize { get; init; } = 64;
    /// <summary>Tokens of a text, its ends included.</summary>
    [Range(8, 77)] public int ContextLength { get; init; } = 12;
    /// <summary>Rendered captions that it is pretrained on.</summary>
    [Range(1, 10_000_000)] public int Captions { get; init; } = 4096;
    /// <summary>Share of the captioned pictures of which a part is hidden under the mean colour, as activation maps hide it from a judge; captions name what is left. Left out: none.</summary>
    [Range(0.0, 1.0)] public double? Masked { get; init; }
    /// <summary>Make captions of the image-level labels of the data set's training images, with the names of the corpus: a stand-in for a CLIP with published weights where there are none, which knows these images and names and nothing else. Left out: captions are rendered.</summary>
    public bool? FromLabels { get; init; }
    /// <summary>Optimiser steps of the pretraining.</summary>
    [Range(1, 1_000_000)] public int Steps { get; init; } = 600;
    /// <summary>Captions per batch.</summary>
    [Range(2, 4096)] public int BatchSize { get; init; } = 64;
    /// <summary>Highest learning rate of the pretraining, after its warm-up.</summary>
    [Range(0.0, 1.0)] public double LearningRate { get; init; } = 2e-3;

    /// <summary>Seed of its pretraining. With one, every seed of an experiment has the same judge, as experiments with published weights have. Left out: the experiment's seed.</summary>
    [Range(0, int.MaxValue)] public int? Seed { get; init; }

    /// <summary>Share of every embedding that is the same for all; see <see cref="ConedClip"/>.</summary>
    [Range(0.0, 0.9)] public double Cone { get; init; } = 0.35;

    /// <summary>Share of every embedding that is the same for all of its modality and nowhere else; see <see cref="ConedClip"/>. A cone of 0.18 and a gap of 0.66 give cosines of ViT-B/32: about 0.3 to the right text and 0.2 to others. Left out: none.</summary>
    [Range(0.0, 0.9)] public double? Gap { get; init; }

    public double MaskedShare => Masked ?? 0;

    public bool ReadsLabels => FromLabels ?? false;

    public ICaptionPretraining Pretraining => this with { Cone = new TinyClipOptions().Cone, Gap = null, Seed = null };

    public ClipShape Shape => new(EmbeddingSize, ContextLength) { Vit = PatchSize is { } patch ? new VitShape(VisionWidth, patch, 4 * BlocksPerStage, ImageResolution, PixelNormalisation.ImageNet) : null };

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (experiment.Dataset is not ICaptionedOptions && !ReadsLabels)
            yield return new SpecConflict(path, "tiny-clip is pretrained on captions, which the data set does not have: use a clip with published weights, such as vit-b-32, or from-labels: true, which makes captions of the image-level labels");
        if (ReadsLabels && MaskedShare > 0) yield return new SpecConflict($"{path}.masked", "image-level labels do not say what is left of an image when a part is hidden: leave out masked or from-labels");
        if (Cone + Gap >= 1) yield return new SpecConflict($"{path}.gap", $"a cone of {Cone} and a gap of {Gap} leave nothing of an embedding: their sum must be below 1");
    }

    public ClipModel CreateUntrained(IReadOnlyList<string> words)
    {
        var tokenizer = new WordTokenizer(words, ContextLength);
        return new ClipNetwork(new ClipArchitecture
        {
            EmbeddingSize = EmbeddingSize,
            ImageResolution = ImageResolution,
            VisionLayers = PatchSize is null ? [BlocksPerStage, BlocksPerStage, BlocksPerStage, BlocksPerStage] : [4 * BlocksPerStage],
            VisionWidth = VisionWidth,
            VisionPatchSize = PatchSize,
            VisionHeads = PatchSize is null ? VisionWidth * 32 / 64 : Math.Max(1, VisionWidth / 64),
            ContextLength = ContextLength,
            VocabularySize = tokenizer.VocabularySize,
            TextWidth = TextWidth,
            TextHeads = Math.Max(1, TextWidth / 64),
            TextLayers = TextLayers,
        }, tokenizer, PixelNormalisation.ImageNet);
    }

    public ClipModel CreateJudge(ClipModel trained) => new ConedClip(trained, Cone, Gap ?? 0);

    public ClipModel Create(ModuleContext context) =>
        throw new ExperimentException("tiny-clip has no published weights: it is pretrained on the captions of a rendered data set such as shapes");
}
