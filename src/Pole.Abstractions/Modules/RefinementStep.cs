namespace Pole;

/// <summary>What a step of the refinement is made for.</summary>
/// <param name="Affinity">The trained affinities, opened when they are first asked for; null where the experiment trains none.</param>
/// <param name="Labels">Number of classes, and one for the background.</param>
public sealed record RefinementBase(Lazy<TrainedAffinity>? Affinity, int Labels);

/// <param name="Crop">Side of the squares that it was trained on, in pixels.</param>
public sealed record TrainedAffinity(AffinityModel Model, int Crop) : IDisposable
{
    public void Dispose() => Model.Dispose();
}

/// <summary>Options of a step that goes along learned affinities: it does not fit an experiment without them.</summary>
public interface INeedsAffinities;

/// <summary>Options of a step that begins with the CAMs: what the steps before it give would be lost, so that it is the first.</summary>
public interface IStartsFromCams
{
    /// <summary>Whether it does with these options.</summary>
    bool StartsFromCams => true;

    /// <summary>The key that makes it begin with the CAMs; null for a step that always does.</summary>
    string? StartingKey => null;
}

/// <summary>Options of a step after which pixels can be left out of the training of segmentation: a step behind it would label them again, so that it is the last.</summary>
public interface ILeavesPixelsOut
{
    /// <summary>The key that makes it leave pixels out; null where it does not with these options.</summary>
    string? LeavingKey { get; }
}

/// <summary>Options of a step that brings more supervision than image-level labels: its numbers do not compare with those of methods without it, and tables name it beside the experiment.</summary>
public interface IAddsSupervision
{
    /// <summary>What is added, in words for tables: <c>SAM masks</c>.</summary>
    string Supervision { get; }
}

/// <summary>An image on its way from CAMs to a mask.</summary>
/// <param name="Id">The sample's.</param>
/// <param name="Cam">Its CAMs, on the CPU.</param>
/// <param name="Labels">What the step before left; before the first step, the CAMs at the threshold.</param>
public sealed record RefinedImage(string Id, RgbImage Image, FusedCam Cam, LabelMap Labels);

/// <summary>One step of the refinement, from CAMs and the labels of the step before to labels. Each step is measured.</summary>
public abstract class RefinementStep : IDisposable
{
    /// <summary>In tables and names of files, joined to those of the steps before it: <c>random walk + CRF</c>. Letters and digits, with single blanks or hyphens between them.</summary>
    public abstract string Name { get; }

    /// <summary>What a reader of the results is to know of an image that the step refines, in words that many images share: <c>no masks</c>. Results say of how many images it holds. Null for nothing.</summary>
    /// <param name="image">The sample's id.</param>
    public virtual string? Remark(string image) => null;

    /// <summary>Label maps of several images, in their order. By default each by itself, on every core.</summary>
    public virtual IReadOnlyList<LabelMap> Refine(IReadOnlyList<RefinedImage> images, CancellationToken cancellation)
    {
        var refined = new LabelMap[images.Count];
        ParallelWork.For(images.Count, cancellation, index => refined[index] = Refine(images[index]));
        return refined;
    }

    /// <summary>What segmentation learns from, where that is not what the step is measured by: pixels that the step is unsure of are 255. By default the labels themselves.</summary>
    /// <param name="refined">A label map that <see cref="Refine(IReadOnlyList{RefinedImage}, CancellationToken)"/> gave, the very instance. Called from any thread.</param>
    public virtual LabelMap ForTraining(LabelMap refined) => refined;

    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>The label map of one image; called from any thread.</summary>
    protected abstract LabelMap Refine(RefinedImage image);
}
