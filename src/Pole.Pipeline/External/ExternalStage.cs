using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Stages;

namespace Pole.Pipeline.External;

/// <summary>Stands in the chain for stages whose results come from elsewhere.</summary>
/// <param name="name">What it stands for.</param>
/// <param name="content">Identifies what it gives.</param>
/// <param name="fills">What it gives.</param>
internal sealed class ExternalStage(string name, string content, params IReadOnlyList<FilledSlot> fills) : SourceStage
{
    public override string Name => $"external-{name}";

    public override int Version => 1;

    public override IReadOnlyList<SpecValue> Reads { get; } = [SpecValue.From(name, [], _ => content)];

    public override IReadOnlyList<FilledSlot> Fills => fills;

    /// <param name="files">By the id of their image; their content counts, and not where they lie.</param>
    public static ExternalStage OfFiles<T>(string name, IReadOnlyDictionary<string, string> files, Slot<T> slot, T value, RunContext context) where T : notnull =>
        new(name, context.Contents.Keep(files.Keys.Zip(context.Digests.Of([.. files.Values], null, context.Cancellation))), FilledSlot.Of(slot, (_, _) => value));

    /// <summary>The CAM network that an experiment trains: made where it is not stored.</summary>
    public static ExternalStage OfNetwork(Experiment experiment, RunContext context)
    {
        using var run = new ExperimentRun(experiment, context).RunTo(PipelineSlots.Network);
        var (network, key) = (run.Final(PipelineSlots.Network)!, run.KeyOf(run.Graph.Filling(PipelineSlots.Network)!).Hash);
        // It stands where all trainings of it were: a stage of the list that begins with the baseline keeps its place, and nothing takes what it would give.
        return new ExternalStage("network", key, FilledSlot.Of(PipelineSlots.Network, (_, _) => network), FilledSlot.Of(PipelineSlots.Baseline, (_, _) => network));
    }
}
