using TorchSharp.Modules;

namespace Pole;

/// <summary>Parameters with a learning rate and a weight decay of their own.</summary>
/// <param name="LearningRate">At factor 1 of the schedule.</param>
/// <param name="WeightDecay">L2 penalty, or decoupled decay, as the optimiser has it.</param>
public sealed record ParameterGroup(IEnumerable<Parameter> Parameters, double LearningRate, double WeightDecay);

/// <summary>Changes parameters by their gradients.</summary>
public abstract class Optimizer : IDisposable
{
    /// <summary>Sets the learning rate of each group.</summary>
    public abstract void SetLearningRates(IReadOnlyList<double> rates);

    public abstract void ZeroGradients();

    public abstract void Step();

    /// <summary>Writes all that later steps depend on besides parameters and learning rates: momenta, for example.</summary>
    public abstract void Save(BinaryWriter writer);

    public abstract void Load(BinaryReader reader);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>The course of learning rates over a training.</summary>
public interface ILearningRateSchedule
{
    /// <returns>Factor of the learning rates that a step uses.</returns>
    /// <param name="step">0-based.</param>
    /// <param name="steps">Steps of the whole training, at least 1.</param>
    double Factor(long step, long steps);
}
