namespace Pole;

/// <summary>What a segmentation network is trained on.</summary>
public enum MaskSource
{
    /// <summary>Pseudo-masks of the training split: refined CAMs, or CAMs at the threshold where nothing refines them.</summary>
    Pseudo,

    /// <summary>The ground truth of the training split: the bound that weak supervision is measured against.</summary>
    Truth,

    /// <summary>What the network makes of image-level labels as it learns (one stage): CAMs of the experiment's CLIP, refined in every batch. For networks that can, such as <c>weclip</c>.</summary>
    Online,
}

/// <summary>Loss of a segmentation network, at every level of its pyramid.</summary>
public enum SegmentationLoss
{
    /// <summary>Mean cross entropy of all labelled pixels (kazuto1011/deeplab-pytorch, main.py).</summary>
    CrossEntropy,

    /// <summary>Mean of two mean cross entropies, of background and of foreground pixels (CVI-SZU/CLIMS, segmentation/deeplabv2/main_v2.py, criterion_balance).</summary>
    Balanced,
}

/// <summary>Training of a segmentation network on masks, and its test.</summary>
public sealed record SegmentationOptions : ICrossChecked
{
    /// <summary>The kind of network.</summary>
    public required IModuleOptions<SegmentationNetwork, SegmentationBase> Network { get; init; }

    /// <summary>What the network stands on. Left out: the CAM network's backbone, as it was trained; <c>weclip</c> stands on the CLIP.</summary>
    public IModuleOptions<Backbone>? Backbone { get; init; }

    /// <summary>The head is the classifier: its weights learn at <c>head-lr-multiplier</c>, its biases twice as fast.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>How pixels are weighted. Left out: <c>cross-entropy</c>, all the same; CLIMS trains from ImageNet weights with <c>balanced</c>.</summary>
    public SegmentationLoss? Loss { get; init; }

    /// <summary>What it is trained on: the masks of the CAMs, the ground truth, which bounds them, or masks that the network makes itself.</summary>
    public MaskSource Masks { get; init; } = MaskSource.Pseudo;

    /// <summary>The split that the network is measured on. Left out: the data set's evaluation split, which CAMs are measured on.</summary>
    public string? Split { get; init; }

    /// <summary>The CRF at test time. Left out: the network's own labels are measured.</summary>
    public DenseCrfOptions? Crf { get; init; }

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path) => Training.WithoutOptimizer($"{path}.training") is { } undecided ? [undecided] : [];
}
