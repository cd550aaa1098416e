namespace Pole;

/// <summary>Options of a <see cref="ClipModel"/> that has no published weights and is trained on a data set's captions first.</summary>
public interface ICaptionPretraining
{
    /// <summary>Number of rendered image–caption pairs.</summary>
    int Captions { get; }

    /// <summary>Optimiser steps.</summary>
    int Steps { get; }

    /// <summary>Image–caption pairs per step; every other pair of the batch is a negative.</summary>
    int BatchSize { get; }

    /// <summary>Peak learning rate of AdamW.</summary>
    double LearningRate { get; }

    /// <summary>Side of the square image that the model reads, in pixels.</summary>
    int ImageResolution { get; }

    /// <summary>Share of the captioned pictures of which a part is hidden, 0…1.</summary>
    double MaskedShare { get; }

    /// <summary>Whether captions are made of the image-level labels of the data set's own images, which need not be rendered.</summary>
    bool ReadsLabels { get; }

    /// <summary>The same with its defaults for what the training does not read, so that experiments which differ in nothing else share it.</summary>
    ICaptionPretraining Pretraining { get; }

    /// <summary>Seed of the training; null for the experiment's.</summary>
    int? Seed { get; }

    /// <summary>Makes the untrained model for a vocabulary.</summary>
    /// <param name="words">Every word that captions and prompts may use.</param>
    ClipModel CreateUntrained(IReadOnlyList<string> words);

    /// <summary>The trained model as CLIMS and prompt selection see it.</summary>
    ClipModel CreateJudge(ClipModel trained);
}
