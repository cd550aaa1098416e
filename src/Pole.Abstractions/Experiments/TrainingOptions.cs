using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>What batch norms of a backbone do in a training.</summary>
public enum NormMode
{
    /// <summary>Statistics move with the batches, scales and shifts learn.</summary>
    Moving,

    /// <summary>Statistics stay as they are at the start, scales and shifts learn (IRNet's FixedBatchNorm).</summary>
    FixedStatistics,

    /// <summary>Neither statistics nor scales and shifts change.</summary>
    Frozen,
}

/// <summary>One training; the defaults are those of the CAM network (CLIMS, Xie et al. 2022, train_cam.py and train_clims.py).</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training images.</summary>
    [Range(1, 10_000)] public int? Epochs { get; init; }

    /// <summary>Optimiser steps, instead of epochs.</summary>
    [Range(1, 100_000_000), ExactlyOneOf(nameof(Epochs))] public int? Iterations { get; init; }

    /// <summary>A file in the weights folder that the network's weights are taken from before the first step, such as a checkpoint of an earlier run; the optimiser and the schedule begin anew. Left out: the weights that the stage before it, or the module, gives.</summary>
    public string? InitialWeights { get; init; }

    /// <summary>Images per batch; the last incomplete batch is dropped.</summary>
    [Range(1, 4096)] public int BatchSize { get; init; } = 16;

    /// <summary>Batches whose gradients are averaged in one optimiser step.</summary>
    [Range(1, 1024)] public int Accumulate { get; init; } = 1;

    /// <summary>Learning rate of the backbone at factor 1 of the schedule.</summary>
    [Range(0.0, 100.0)] public required double LearningRate { get; init; }

    /// <summary>Learning rate of the head, as a multiple of the backbone's.</summary>
    [FormerKey("classifier-rate"), Range(0.0, 1000.0)] public double HeadLrMultiplier { get; init; } = 10;

    /// <summary>Weight decay of every weight.</summary>
    [Range(0.0, 1.0)] public double WeightDecay { get; init; } = 1e-4;

    /// <summary>What the batch norms of the backbone do. Left out: <c>moving</c>. IRNet and AffinityNet keep their backbone's statistics whatever stands here.</summary>
    public NormMode? Norms { get; init; }

    /// <summary>How parameters change by their gradients. Left out: <c>clims-sgd</c>, whose momentum is 0.0001; trainings of refinement, segmentation and background prompts must give one.</summary>
    public IModuleOptions<Optimizer, IReadOnlyList<ParameterGroup>>? Optimizer { get; init; }

    /// <summary>The course of the learning rates. Left out: <c>poly</c>, (1 − step / steps)^0.9.</summary>
    public IModuleOptions<ILearningRateSchedule>? Schedule { get; init; }

    /// <summary>How crops are made of images. Left out: <c>random-long-side</c> from 320 to 640.</summary>
    public IModuleOptions<Augmentation>? Augmentation { get; init; }

    /// <summary>Side of the square crop, in pixels.</summary>
    [Range(16, 4096)] public int Crop { get; init; } = 512;

    /// <summary>The conflict of a training of something else than CLIMS published that leaves the optimiser out: it would have CLIMS's momentum without a word. Null where it gives one.</summary>
    /// <param name="path">Of the training, such as <c>refinement.training</c>.</param>
    public SpecConflict? WithoutOptimizer(string path) => Optimizer is not null ? null
        : new SpecConflict(path, "the optimizer is left out, and CLIMS's would be taken, whose momentum is 0.0001: give 'optimizer: sgd' (momentum 0.9, as IRNet, AffinityNet and DeepLab are published), or 'optimizer: clims-sgd' if that is meant");

    /// <summary>Optimiser steps of the whole training.</summary>
    /// <param name="batches">Batches in an epoch.</param>
    public long Steps(int batches) => Iterations ?? (long)batches * (Epochs ?? throw new ExperimentException("a training needs 'epochs' or 'iterations'")) / Accumulate;
}
