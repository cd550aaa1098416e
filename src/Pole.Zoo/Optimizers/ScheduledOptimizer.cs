namespace Pole.Zoo.Optimizers;

/// <summary>An optimiser whose learning rates follow a schedule.</summary>
/// <param name="optimizer">Owned.</param>
/// <param name="rates">Learning rate of each group at factor 1.</param>
/// <param name="steps">Steps of the whole training.</param>
public sealed class ScheduledOptimizer(Optimizer optimizer, ILearningRateSchedule schedule, IReadOnlyList<double> rates, long steps) : IDisposable
{
    private readonly double[] initialRates = [.. rates];
    private long step;
    private IReadOnlyList<double>? current;

    /// <summary>Rates of the last step, one for each group of parameters; before the first, those at factor 1.</summary>
    public IReadOnlyList<double> LearningRates => current ?? initialRates;

    public void ZeroGradients() => optimizer.ZeroGradients();

    public void Step()
    {
        Follow(step);
        optimizer.Step();
        step++;
    }

    /// <summary>Writes all that later steps depend on besides the parameters.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(step);
        optimizer.Save(writer);
    }

    public void Load(BinaryReader reader)
    {
        step = reader.ReadInt64();
        optimizer.Load(reader);
        if (step > 0) Follow(step - 1);
    }

    public void Dispose() => optimizer.Dispose();

    private void Follow(long index)
    {
        var factor = schedule.Factor(index, steps);
        current = [.. initialRates.Select(rate => rate * factor)];
        optimizer.SetLearningRates(current);
    }
}
