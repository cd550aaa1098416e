namespace Pole.Pipeline.Artifacts;

/// <summary>Shows which stage of a run is working.</summary>
public interface IRunProgress
{
    /// <summary>Says how many experiments are to come, those that others are compared with included.</summary>
    void Expect(int experiments)
    {
    }

    /// <summary>Says which stages are to come.</summary>
    /// <param name="stages">In their order.</param>
    void Begin(string experiment, IReadOnlyList<string> stages)
    {
    }

    /// <summary>Runs the work of one stage, with somewhere to report to.</summary>
    void Stage(string stage, Action<IStageProgress> work);

    /// <summary>Says that another run produces a stage's result, which is waited for.</summary>
    void Waiting(string stage);

    /// <summary>Says that a stage's result was already there.</summary>
    /// <param name="folder">The result.</param>
    void Reused(string stage, string folder);

    /// <summary>Says that a training begins with its first step although a result is stored that differs from it in its length alone.</summary>
    /// <param name="length">The key and its values: <c>clims.epochs: 2 → 4</c>.</param>
    void StartsAnew(string stage, string length)
    {
    }

    /// <summary>Says that a stage's stored result is damaged, and is made again.</summary>
    /// <param name="fault">What is wrong with it.</param>
    void Damaged(string stage, string folder, string fault);
}
