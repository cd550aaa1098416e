namespace Pole.Pipeline.Inference.FrozenClip;

/// <summary>Which text stands for a class of several names.</summary>
public enum NameUse
{
    /// <summary>For each image the name that CLIP finds most correlated with image × CAM, where the CAM is that of the ground-truth name (POLE).</summary>
    Best,

    /// <summary>The mean of the names' normalised embeddings.</summary>
    Mean,

    /// <summary>For each image the name whose CAM has the highest IoU with the ground truth, the other classes having their ground-truth names: what choosing is worth at most.</summary>
    Oracle,

    /// <summary>For each image any of the names, the same in every run: the control of <see cref="Best"/>.</summary>
    Random,
}
