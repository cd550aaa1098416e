using Pole.Pipeline.Stages;

namespace Pole.Pipeline;

/// <summary>What experiments read of the data and weights folders, looked for before the first of them begins: what is missing is said at once, not one thing after each training.</summary>
public static class RequiredInputs
{
    /// <exception cref="ExperimentException">Data or weights are missing: a <see cref="MissingInputsException"/> where it is more than one thing.</exception>
    public static void Require(IReadOnlyList<Experiment> experiments, RunContext context)
    {
        // Whether all images are there is seen when a data set is prepared, which the first experiment does with its own at once.
        if (experiments.DistinctBy(experiment => CanonicalSpec.Fingerprint(experiment.Dataset)).Skip(1).Any()) ExperimentRun.Plan(experiments, context);
        else Require([.. experiments.Select(StageGraph.Of).Select(graph => (graph, graph.Nodes))], context.Modules);
    }

    internal static void Require(IReadOnlyList<(StageGraph Graph, IReadOnlyList<StageNode> Nodes)> chains, ModuleContext modules)
    {
        var datasets = chains.Where(chain => chain.Nodes.Any(node => node.Stage.Data.Count > 0)).Select(chain => chain.Graph.Experiment.Dataset).DistinctBy(CanonicalSpec.Fingerprint);
        List<string> faults =
        [
            .. datasets.Select(dataset => FaultOf(dataset, modules)).OfType<string>()
                .Concat(chains.SelectMany(chain => chain.Nodes.SelectMany(node => new StageWeights(chain.Graph, node).Missing(modules)))).Distinct(),
        ];
        if (faults.Count > 0) throw faults.Count == 1 ? new ExperimentException(faults[0]) : new MissingInputsException(faults);
    }

    private static string? FaultOf(IModuleOptions<IDataset> options, ModuleContext modules) => StageWeights.FaultOf(() =>
    {
        var dataset = options.Create(modules);
        dataset.RequireLists();
        return dataset;
    });
}
