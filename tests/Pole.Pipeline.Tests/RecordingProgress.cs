using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Tests;

/// <summary>Remembers which stages worked and which were reused.</summary>
internal sealed class RecordingProgress : IRunProgress, IStageProgress
{
    public List<string> Worked { get; } = [];

    public List<string> Stored { get; } = [];

    /// <summary>Called at every step of a stage, with its name.</summary>
    public Action<string> OnAdvance { get; init; } = _ => { };

    public Action<Measurement> OnMeasure { get; init; } = _ => { };

    public void Measure(Measurement measurement) => OnMeasure(measurement);

    public void Stage(string stage, Action<IStageProgress> work)
    {
        Worked.Add(stage);
        work(this);
    }

    public List<string> Waited { get; } = [];

    public void Waiting(string stage) => Waited.Add(stage);

    public List<string> Faults { get; } = [];

    public List<string> Anew { get; } = [];

    public void StartsAnew(string stage, string length) => Anew.Add($"{stage}: {length}");

    public void Damaged(string stage, string folder, string fault) => Faults.Add($"{stage}: {fault}");

    public void CheckpointDamaged(string folder, string fault) => Faults.Add($"{Path.GetFileName(folder)}: {fault}");

    public void Reused(string stage, string folder) => Stored.Add(stage);

    public void Expect(long total, string unit, long done)
    {
    }

    public void Advance(long amount, string? note = null) => OnAdvance(Worked[^1]);
}
