using Pole.Data.Loading;
using Pole.Zoo.Cam;
using Pole.Zoo.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>The loop and the optimiser that baseline and CLIMS training have in common.</summary>
internal static class CamOptimizer
{
    /// <param name="others">Parameters trained beside the network's, each group with its learning rate as a multiple of the backbone's.</param>
    public static PolySgd Create(CamNetwork network, IEnumerable<(IReadOnlyList<Parameter> Parameters, double Rate)> others, TrainingOptions options, long steps)
    {
        var groups = new List<ParameterGroup>
        {
            new(network.BackboneParameters, options.LearningRate, options.WeightDecay),
            new(network.ClassifierParameters, options.LearningRate * options.ClassifierRate, options.WeightDecay),
        };
        groups.AddRange(others.Where(group => group.Parameters.Count > 0).Select(group => new ParameterGroup(group.Parameters, options.LearningRate * group.Rate, options.WeightDecay)));
        return new PolySgd(groups, options.Momentum, steps);
    }

    /// <param name="workers">Threads that prepare batches ahead.</param>
    /// <exception cref="ExperimentException">There are fewer images than one batch, or the loss is no longer a number.</exception>
    public static void Run(CamNetwork network, TrainingBatches batches, TrainingOptions options, PolySgd optimizer, Func<TrainingBatch, Tensor> lossOf,
        int workers, IStageProgress progress, CancellationToken cancellation)
    {
        if (batches.Count == 0) throw new ExperimentException($"the training split has fewer images than one batch ({options.BatchSize}): lower batch-size");
        progress.Expect((long)batches.Count * options.Epochs, "steps");
        network.train();
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            foreach (var prepared in batches.Epoch(epoch, workers, cancellation))
            {
                using var pause = CollectionPause.Begin(workers, batches.BytesPerBatch);
                using var scope = NewDisposeScope();
                using var batch = prepared.ToTensors();
                var loss = lossOf(batch);
                var value = loss.item<float>();
                if (!float.IsFinite(value)) throw new ExperimentException($"the loss became {value} in epoch {epoch + 1}: lower learning-rate");
                optimizer.ZeroGradients();
                loss.backward();
                optimizer.Step();
                progress.Advance(1, $"epoch {epoch + 1}/{options.Epochs} loss {value:f3}");
            }
        }

        network.eval();
    }
}
