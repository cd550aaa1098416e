namespace Pole.Zoo.Optimizers;

/// <summary>An optimiser with the course of its learning rates, which can be written down and taken up again.</summary>
public interface IScheduledOptimizer : IDisposable
{
    /// <summary>Rates of the last step, one per group of parameters; before the first, those that it starts from.</summary>
    IReadOnlyList<double> LearningRates { get; }

    void ZeroGradients();

    void Step();

    /// <summary>Writes all that later steps depend on besides the parameters.</summary>
    void Save(BinaryWriter writer);

    void Load(BinaryReader reader);
}
