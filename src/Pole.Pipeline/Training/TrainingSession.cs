namespace Pole.Pipeline.Training;

/// <summary>What a training has besides its network and its data. Nothing here changes its result.</summary>
/// <param name="Stage">What it is called in measurements.</param>
public sealed record TrainingSession(string Stage, IStageProgress Progress, CancellationToken Cancellation)
{
    /// <summary>Threads that prepare batches ahead.</summary>
    public int Workers { get; init; }

    /// <summary>Null for a training that starts anew when it is cut off.</summary>
    public Checkpoints? Checkpoints { get; init; }

    public ITrainingObserver? Observer { get; init; }
}
