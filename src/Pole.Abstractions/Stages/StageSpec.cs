namespace Pole;

/// <summary>The part of an experiment that a stage declared to read.</summary>
/// <param name="stage">For the message.</param>
public sealed class StageSpec(Experiment experiment, string stage, IReadOnlyList<SpecValue> reads)
{
    /// <summary>The experiment's name, for messages.</summary>
    public string Experiment => experiment.Name;

    /// <returns>The default of <typeparamref name="T"/> where the value is not given.</returns>
    /// <exception cref="InvalidOperationException">The stage does not declare the value: its results would depend on what is not in their key.</exception>
    public T Read<T>(SpecValue<T> value) => reads.Contains(value) ? value.Read(experiment)!
        : throw new InvalidOperationException($"the stage '{stage}' reads '{value.Name}', which is not among its {nameof(Stage.Reads)}");
}
