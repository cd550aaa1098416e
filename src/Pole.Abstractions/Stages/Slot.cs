namespace Pole;

/// <summary>A place between stages: some stages fill it, later ones take what it then holds. A stage that fills it again stands between the two.</summary>
/// <param name="name">What it holds, for messages.</param>
public abstract class Slot(string name)
{
    public string Name => name;
}

/// <typeparam name="T">What the slot holds.</typeparam>
/// <inheritdoc/>
public sealed class Slot<T>(string name) : Slot(name) where T : notnull;

/// <summary>The slots that stages from outside may take and fill.</summary>
public static class Slots
{
    /// <summary>The frozen judge.</summary>
    public static Slot<ClipModel> Clip { get; } = new("clip");

    /// <summary>CAMs of the images.</summary>
    public static Slot<CamSet> Cams { get; } = new("CAMs");

    /// <summary>Label maps of the training images, which the segmentation network is trained on.</summary>
    public static Slot<MaskSet> Masks { get; } = new("masks");
}

/// <summary>Where CAMs come from.</summary>
/// <param name="Open">The caller disposes the source.</param>
public sealed record CamSet(Func<ICamSource> Open);

/// <summary>Label maps as palette PNGs.</summary>
/// <param name="Folder">Holds the file of every image.</param>
public sealed record MaskSet(string Folder)
{
    public const string Extension = ".png";

    /// <summary>The file of an image: by default its <see cref="SampleName"/> in the folder.</summary>
    public Func<ISample, string> FileOf { get; init; } = sample => SampleName.FileOf(Folder, sample, Extension);
}

/// <summary>A slot that a stage takes, and when.</summary>
public sealed record TakenSlot(Slot Slot, Func<Experiment, bool>? When = null)
{
    public static implicit operator TakenSlot(Slot slot) => new(slot);
}

/// <summary>A slot that a stage fills, and how its stored result is opened.</summary>
/// <param name="Open">Given the stage's run and the folder of its result; whoever runs the graph disposes what is disposable.</param>
public sealed record FilledSlot(Slot Slot, Func<StageRun, string, object> Open)
{
    public static FilledSlot Of<T>(Slot<T> slot, Func<StageRun, string, T> open) where T : notnull => new(slot, (run, folder) => open(run, folder));
}
