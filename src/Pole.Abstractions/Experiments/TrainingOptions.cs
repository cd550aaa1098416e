using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>One training of the CAM network (CLIMS, Xie et al. 2022, train_cam.py and train_clims.py).</summary>
public sealed record TrainingOptions
{
    [Range(1, 10_000)] public required int Epochs { get; init; }

    /// <summary>Images per step; the last incomplete batch is dropped.</summary>
    [Range(1, 4096)] public int BatchSize { get; init; } = 16;

    /// <summary>Learning rate of the backbone at step 0; it falls as (1 − step / steps)^0.9.</summary>
    [Range(0.0, 100.0)] public required double LearningRate { get; init; }

    /// <summary>Learning rate of the classifier, as a multiple of the backbone's.</summary>
    [Range(0.0, 1000.0)] public double ClassifierRate { get; init; } = 10;

    [Range(0.0, 1.0)] public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Momentum of SGD. The published optimiser hands its weight decay (1e-4) to this argument; 1e-4 reproduces it.</summary>
    [Range(0.0, 0.999)] public double Momentum { get; init; } = 1e-4;

    /// <summary>Shortest long side that an image is resized to, in pixels.</summary>
    [Range(16, 4096)] public int ResizeFrom { get; init; } = 320;

    /// <summary>Longest long side that an image is resized to, in pixels.</summary>
    [Range(16, 4096)] public int ResizeTo { get; init; } = 640;

    /// <summary>Side of the random square crop, in pixels; smaller images are padded with 0 after normalisation.</summary>
    [Range(16, 4096)] public int Crop { get; init; } = 512;
}
