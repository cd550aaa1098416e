namespace Pole.Pipeline;

/// <summary>Whether the CLIP reads the sentences about classes to their end, in tokens of its own vocabulary: a build, which does not have it, knows a lower bound.</summary>
internal static class DescriptionLengths
{
    /// <exception cref="ExperimentException">A sentence is too long, or the vocabulary is not there.</exception>
    public static void Require(Experiment experiment, ModuleContext modules)
    {
        if (experiment is not { Clip: { } clip, Prompt: { Descriptions: { } sources } }) return;
        var (count, most) = (((IClipShape)clip).TokenCounter(modules), ClipShape.Of(clip).ContextLength - 2);
        foreach (var source in sources)
        foreach (var (className, sentences) in source.Sentences)
            if (sentences.FirstOrDefault(sentence => count(sentence) > most) is { } tooLong)
                throw new ExperimentException($"{experiment.Name}: the sentence \"{tooLong}\" about '{className}' in descriptions/{source.Name} has {count(tooLong)} tokens, but this clip accepts at most {most}: shorten it");
    }
}
