using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Stages;

namespace Pole.Pipeline.External;

/// <summary>The part of an experiment's chain that follows what comes from elsewhere.</summary>
internal static class ExternalChain
{
    /// <param name="dataset">Prepared.</param>
    /// <param name="end">What is wanted.</param>
    public static T Run<T>(Experiment experiment, IReadOnlyList<SourceStage> sources, IDataset dataset, Slot<T> end, RunContext context) where T : notnull
    {
        var graph = StageGraph.Of(experiment, sources);
        var own = context with { Store = context.Store.For(context.Progress, context.Modules.Device.type) };
        var nodes = graph.Through(graph.Filling(end)!);
        ChainRun? prepared = null;
        context.Progress.Stage("data", progress =>
        {
            prepared = new ChainRun(graph, () => dataset, new DataContent(() => dataset, context.Digests, context.Contents, progress, context.Cancellation), own);
            foreach (var node in nodes) prepared.KeyOf(node);
        });
        using var run = prepared!;
        run.Produce(nodes);
        return run.Final(end)!;
    }
}
