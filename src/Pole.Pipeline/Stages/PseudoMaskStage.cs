using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using static TorchSharp.torch;

namespace Pole.Pipeline.Stages;

/// <summary>Masks of the training images, as palette PNGs: the CAMs at the threshold, and after each step of the refinement.</summary>
internal sealed class PseudoMaskStage : ImageStage
{
    /// <summary>Photographs whose CAMs and affinities are in flight while they walk on every core.</summary>
    private const int ImagesInFlight = 32;

    private static readonly SpecValue<double> Threshold = SpecValue.Of(experiment => experiment.Cam.Threshold);
    private static readonly SpecValue<IReadOnlyList<IModuleOptions<RefinementStep, RefinementBase>>> Steps = SpecValue.From("refinement.steps", ["refinement.steps"], RefinementSteps.Of);

    public override string Name => "pseudo-masks";

    public override int Version => 4;

    public override IReadOnlyList<SpecValue> Reads => [Threshold, Steps];

    public override IReadOnlyList<TakenSlot> Takes => [Slots.Cams, new TakenSlot(PipelineSlots.Affinity, experiment => experiment.Refinement is { Affinity: not null })];

    public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Images | SampleParts.Classes)];

    public override IReadOnlyList<FilledSlot> Fills =>
    [
        FilledSlot.Of(Slots.Masks, (_, folder) => new MaskSet(new StepFolder(folder).Masks)),
        FilledSlot.Of(PipelineSlots.StepMasks, (run, folder) =>
        {
            using var steps = StepsOf(run);
            return new StepMasks(new StepFolder(folder), steps.Names);
        }),
    ];

    /// <summary>Whether the experiment goes on from CAMs to masks.</summary>
    public static bool MakesMasks(Experiment experiment) => experiment.Refinement is not null || experiment.Segmentation is { Masks: MaskSource.Pseudo };

    public override bool AppliesTo(Experiment experiment) => MakesMasks(experiment);

    public override string SplitOf(StageSpec spec, IDataset dataset) => dataset.TrainSplit;

    public override void Produce(StageRun run, IEnumerable<ImageBlock> blocks)
    {
        var samples = run.Samples(run.Dataset.TrainSplit);
        using var cams = run.Take(Slots.Cams).Open();
        using var steps = StepsOf(run);
        foreach (var block in blocks)
        {
            List<StepRemarks> remarks = [];
            foreach (var group in ImageGroups.Within(ImagesInFlight, block.Of(samples))) remarks.Add(Refine(group, block, cams, steps, run.Cancellation));
            StepRemarks.Sum(remarks).Write(block.PartFolder);
        }
    }

    public override void Merge(StageRun run, DoneBlocks blocks)
    {
        var remarks = StepRemarks.Sum([.. blocks.Parts.Select(StepRemarks.Read)]);
        if (remarks.Remarks.Count > 0) remarks.Write(blocks.Folder);
    }

    private static StepRemarks Refine(IReadOnlyList<(ISample Sample, RgbImage Image)> group, ImageBlock block, ICamSource cams, RefinementSteps steps, CancellationToken cancellation)
    {
        var images = group.Chunk(CamExtraction.Chunk).SelectMany(part => Extract(part, cams)).ToList();
        var folder = new StepFolder(block.ResultFolder);
        var labels = steps.Refine(images, cancellation);
        ParallelWork.For(group.Count, cancellation, index =>
        {
            var (sample, masks) = (group[index].Sample, labels[^1][index]);
            foreach (var (step, maps) in steps.Names.Zip(labels).SkipLast(1)) new LabelFolder(folder.Of(step)).Write(sample, maps[index]);
            var trained = steps.ForTraining(masks);
            new LabelFolder(folder.Masks).Write(sample, trained);
            if (!ReferenceEquals(trained, masks)) new LabelFolder(folder.Of(steps.Names[^1])).Write(sample, masks);
        });
        foreach (var (_, _, cam) in images) cam?.Dispose();
        block.Progress.Advance(group.Count);
        return steps.Remarks([.. images.Where(image => image.Cam is not null).Select(image => image.Id)]);
    }

    private static RefinementSteps StepsOf(StageRun run)
    {
        var affinity = run.Holds(PipelineSlots.Affinity) ? new Lazy<TrainedAffinity>(() => run.Take(PipelineSlots.Affinity)) : null;
        var below = new RefinementBase(affinity, run.Dataset.Classes.Count + 1);
        return new RefinementSteps([.. (run.Spec.Read(Steps) ?? []).Select(step => step.Create(below, run.Modules))], run.Spec.Read(Threshold), below.Labels);
    }

    private static List<(string Id, RgbImage Image, FusedCam? Cam)> Extract(IReadOnlyList<(ISample Sample, RgbImage Image)> images, ICamSource cams)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return [.. images.Zip(cams.Of(images)).Select(pair => (pair.First.Sample.Id, pair.First.Image, pair.Second is { } cam ? new FusedCam(cam.Classes, cam.Strided.cpu().DetachFromDisposeScope(), cam.HighResolution.cpu().DetachFromDisposeScope()) : null))];
    }
}

/// <summary>Label maps after each step, the masks after the last.</summary>
internal sealed record StepFolder(string Folder)
{
    public string Masks => Path.Combine(Folder, "masks");

    /// <summary>Of a step that others follow, or whose labels are not all learnt from.</summary>
    public string Of(string step) => Path.Combine(Folder, "steps", ChainScore.FileNameOf(step));
}

/// <param name="Names">Of the steps, the masks last.</param>
internal sealed record StepMasks(StepFolder Folder, IReadOnlyList<string> Names)
{
    public StepRemarks Remarks => StepRemarks.Read(Folder.Folder);

    /// <summary>The labels that a step is measured by.</summary>
    public LabelMap Read(string step, ISample sample) => new LabelFolder(step == Names[^1] && !File.Exists(SampleName.FileOf(Folder.Of(step), sample, MaskSet.Extension)) ? Folder.Masks : Folder.Of(step)).Read(sample);
}
