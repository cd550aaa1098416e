namespace Pole.Runner.Progress;

/// <summary>Experiments and their stages as progress calls them: which of how many.</summary>
internal sealed class StageCount
{
    private IReadOnlyList<string> stages = [];
    private int experiments, begun;

    /// <param name="coming">Experiments to come; their count begins anew.</param>
    public void Expect(int coming) => (experiments, begun) = (coming, 0);

    /// <param name="coming">Stages of the experiment that begins, in their order.</param>
    /// <returns><c>[2/3] shapes/clims</c>; the name alone where it is the only one.</returns>
    public string Begin(string experiment, IReadOnlyList<string> coming)
    {
        (stages, begun) = (coming, begun + 1);
        return experiments > 1 && begun <= experiments ? $"[{begun}/{experiments}] {experiment}" : experiment;
    }

    /// <summary><c>[2/7] clims</c>; the name alone for what is no stage of a chain, such as reading the data.</summary>
    public string Of(string stage)
    {
        var place = stages.Index().Where(entry => entry.Item == stage).Select(entry => entry.Index + 1).FirstOrDefault();
        return place == 0 ? stage : $"[{place}/{stages.Count}] {stage}";
    }
}
