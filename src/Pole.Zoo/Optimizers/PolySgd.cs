using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Optimizers;

/// <summary>Parameters with a learning rate and a weight decay of their own.</summary>
public sealed record ParameterGroup(IEnumerable<Parameter> Parameters, double LearningRate, double WeightDecay);

/// <summary>
/// SGD whose rates fall as (1 − step / steps)^0.9, at every step or every few, and stay where they are afterwards (CVI-SZU/CLIMS, misc/torchutils.py,
/// PolyOptimizer). There the weight decay argument lands in SGD's momentum: pass it as <c>momentum</c> to reproduce it.
/// </summary>
public sealed class PolySgd : IScheduledOptimizer
{
    private const double Power = 0.9;

    private readonly SGD sgd;
    private readonly double[] initialRates;
    private readonly long steps;
    private readonly int interval;
    private long step;

    /// <param name="interval">Steps that a rate is kept for: 10 in kazuto1011/deeplab-pytorch.</param>
    public PolySgd(IReadOnlyList<ParameterGroup> groups, double momentum, long steps, int interval = 1)
    {
        (this.steps, this.interval) = (steps, interval);
        initialRates = [.. groups.Select(group => group.LearningRate)];
        sgd = new SGD(groups.Select(group => new SGD.ParamGroup(group.Parameters, new SGD.Options
        {
            LearningRate = group.LearningRate, InitialLearningRate = group.LearningRate, momentum = momentum, weight_decay = group.WeightDecay, dampening = 0, nesterov = false, maximize = false,
        })), initialRates[0], momentum);
    }

    public IReadOnlyList<double> LearningRates => [.. sgd.ParamGroups.Select(group => group.LearningRate)];

    public void ZeroGradients() => sgd.zero_grad();

    public void Step()
    {
        if (step < steps && step % interval == 0)
        {
            var factor = Math.Pow(1 - (double)step / steps, Power);
            foreach (var (group, rate) in sgd.ParamGroups.Zip(initialRates)) group.LearningRate = rate * factor;
        }

        sgd.step();
        step++;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(step);
        sgd.save_state_dict(writer);
    }

    public void Load(BinaryReader reader)
    {
        step = reader.ReadInt64();
        sgd.load_state_dict(reader);
    }

    public void Dispose() => sgd.Dispose();
}
