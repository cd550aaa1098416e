using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>One training with SGD; the defaults are those of the CAM network (CLIMS, Xie et al. 2022, train_cam.py and train_clims.py).</summary>
public sealed record TrainingOptions : ICrossChecked
{
    /// <summary>Passes over the training images.</summary>
    [Range(1, 10_000)] public int? Epochs { get; init; }

    /// <summary>Optimiser steps, instead of epochs.</summary>
    [Range(1, 100_000_000), InsteadOf(nameof(Epochs))] public int? Iterations { get; init; }

    /// <summary>Images per batch; the last incomplete batch is dropped.</summary>
    [Range(1, 4096)] public int BatchSize { get; init; } = 16;

    /// <summary>Batches whose gradients are averaged in one optimiser step.</summary>
    [Range(1, 1024)] public int Accumulate { get; init; } = 1;

    /// <summary>Learning rate of the backbone at step 0; it falls as (1 − step / steps)^0.9.</summary>
    [Range(0.0, 100.0)] public required double LearningRate { get; init; }

    /// <summary>Steps that a learning rate is kept for before it falls again.</summary>
    [Range(1, 10_000)] public int RateInterval { get; init; } = 1;

    /// <summary>Learning rate of the classifier, as a multiple of the backbone's.</summary>
    [Range(0.0, 1000.0)] public double ClassifierRate { get; init; } = 10;

    /// <summary>L2 penalty of every weight.</summary>
    [Range(0.0, 1.0)] public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Momentum of SGD. The published optimiser hands its weight decay (1e-4) to this argument; 1e-4 reproduces it.</summary>
    [Range(0.0, 0.999)] public double Momentum { get; init; } = 1e-4;

    /// <summary>Shortest long side that an image is resized to, in pixels.</summary>
    [Range(16, 4096)] public int ResizeFrom { get; init; } = 320;

    /// <summary>Longest long side that an image is resized to, in pixels.</summary>
    [Range(16, 4096)] public int ResizeTo { get; init; } = 640;

    /// <summary>Smallest factor of its own size that an image is resized by; instead of the long side.</summary>
    [Range(0.01, 16.0), TogetherWith(nameof(ScaleTo))] public double? ScaleFrom { get; init; }

    /// <summary>Largest factor of its own size that an image is resized by.</summary>
    [Range(0.01, 16.0)] public double? ScaleTo { get; init; }

    /// <summary>Factors of its own size, of which an image is resized by one; instead of the long side.</summary>
    [Length(1, 64), NotTogetherWith(nameof(ScaleTo))] public IReadOnlyList<double>? Scales { get; init; }

    /// <summary>Side of the random square crop, in pixels; smaller images are padded with 0 after normalisation.</summary>
    [Range(16, 4096)] public int Crop { get; init; } = 512;

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (ResizeFrom > ResizeTo) yield return new SpecConflict($"{path}.resize-from", $"resize-from is {ResizeFrom}, above resize-to, which is {ResizeTo}");
        if (ScaleFrom > ScaleTo) yield return new SpecConflict($"{path}.scale-from", $"scale-from is {ScaleFrom}, above scale-to, which is {ScaleTo}");
    }

    /// <summary>Optimiser steps of the whole training.</summary>
    /// <param name="batches">Batches in an epoch.</param>
    public long Steps(int batches) => Iterations ?? (long)batches * (Epochs ?? throw new ExperimentException("a training needs 'epochs' or 'iterations'")) / Accumulate;
}
