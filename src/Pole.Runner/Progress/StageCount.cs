namespace Pole.Runner.Progress;

/// <summary>Stages as progress calls them: which of how many.</summary>
internal sealed class StageCount
{
    private IReadOnlyList<string> stages = [];

    /// <param name="coming">Stages of the experiment that begins, in their order.</param>
    public void Begin(IReadOnlyList<string> coming) => stages = coming;

    /// <summary><c>[2/7] clims</c>; the name alone for what is no stage of a chain, such as reading the data.</summary>
    public string Of(string stage)
    {
        var place = stages.Index().Where(entry => entry.Item == stage).Select(entry => entry.Index + 1).FirstOrDefault();
        return place == 0 ? stage : $"[{place}/{stages.Count}] {stage}";
    }
}
