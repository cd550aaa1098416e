namespace Pole;

/// <summary>Receives the progress of one stage of a run, from any thread.</summary>
public interface IStageProgress
{
    /// <summary>Says how much there is to do, before the first <see cref="Advance"/>; again where the stage goes on to something else.</summary>
    /// <param name="unit">What is counted, plural: "images", "steps".</param>
    /// <param name="done">What an earlier run did of it.</param>
    void Expect(long total, string unit, long done = 0);

    /// <param name="note">What a reader wants to see beside the rate, such as the loss.</param>
    void Advance(long amount, string? note = null);

    /// <summary>Receives every step of a training, also those of an earlier run that this one goes on with.</summary>
    void Measure(Measurement measurement)
    {
    }

    /// <summary>Says that a checkpoint of a training is damaged, and that the training goes on from the one before it, or from the start.</summary>
    /// <param name="fault">What is wrong with it.</param>
    void CheckpointDamaged(string folder, string fault)
    {
    }
}
