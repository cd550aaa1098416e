namespace Pole;

/// <summary>What a source of CAMs that trains no network is made for.</summary>
/// <param name="Classes">Names of the data set's classes.</param>
/// <param name="Prompts">The frozen CLIP with the experiment's prompts; null where the experiment has no CLIP.</param>
public sealed record CamSourceBase(IReadOnlyList<string> Classes, ClipPrompts? Prompts);

/// <summary>A CLIP and the prompts of an experiment.</summary>
/// <param name="Clip">Frozen.</param>
/// <param name="Template"><c>{}</c> stands for the name.</param>
/// <param name="Names">Of each class, the ground-truth name first.</param>
/// <param name="Backgrounds">Scenes that co-occur with the classes.</param>
public sealed record ClipPrompts(ClipModel Clip, string Template, IReadOnlyList<IReadOnlyList<string>> Names, IReadOnlyList<string> Backgrounds)
{
    /// <summary>How names are chosen; null for a source that chooses none.</summary>
    public NameSelection? Selection { get; init; }

    /// <summary>What makes texts of the names and the descriptions; null for the template around each name.</summary>
    public IModuleOptions<PromptLearner, PromptNames>? Learner { get; init; }

    /// <summary>Sentences about each class; empty where the experiment gives none.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Descriptions { get; init; } = [];
}

/// <summary>How a name is chosen by image × CAM.</summary>
/// <param name="Template">Text around a name while names are selected.</param>
/// <param name="Masking">What stands where the CAM suppresses the image.</param>
public sealed record NameSelection(string Template, Masking Masking);
