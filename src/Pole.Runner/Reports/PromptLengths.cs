namespace Pole.Runner.Reports;

/// <summary>How long the prompts of an experiment are, in tokens of its CLIP without start and end.</summary>
internal sealed class PromptLengths
{
    private readonly Func<string, int>? count;
    private readonly PromptOptions prompt;

    public PromptLengths(PromptOptions prompt, IModuleOptions<ClipModel> clip, ModuleContext modules)
    {
        this.prompt = prompt;
        Most = ClipShape.Of(clip).ContextLength - 2;
        try
        {
            count = ((IClipShape)clip).TokenCounter(modules);
        }
        catch (ExperimentException exception)
        {
            // A page of a data set is worth having before weights are.
            Fault = exception.Message;
        }
    }

    /// <summary>Why tokens are not counted; null where they are.</summary>
    public string? Fault { get; }

    /// <summary>What the CLIP reads besides start and end.</summary>
    public int Most { get; }

    /// <summary>A name as the page shows it: with the tokens of its prompt.</summary>
    public string Of(string name) => count is null ? name : $"{name} ({Count(name)})";

    /// <summary>Whether a prompt is read to its end; true where tokens are not counted.</summary>
    public bool Fits(string name) => count is null || Count(name) <= Most;

    private int Count(string name) => count!(prompt.Template.Replace("{}", name, StringComparison.Ordinal));
}
