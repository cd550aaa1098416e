using Pole.Data;
using Pole.Data.Folders;
using Pole.Pipeline;
using Pole.Pipeline.External;
using Pole.Pipeline.Inference;
using Pole.Runner.Comparing;
using Pole.Zoo.Weights;

namespace Pole.Runner.Runs;

/// <summary>Which of a run's networks is shown images, and how.</summary>
/// <param name="Network">The stage that trained it; null for the network that the experiment ends with.</param>
/// <param name="Labels">A table of the images' classes, or <see cref="Automatic"/>; null for none.</param>
/// <param name="Window">Side of the windows of larger images, in pixels.</param>
/// <param name="Batch">Images, or windows of one, that go through the network together at most.</param>
/// <param name="Formats">The forms in which CAMs are written.</param>
internal sealed record PredictionChoice(string? Network, string? Labels, int Window, int Batch, CamFormats Formats)
{
    /// <summary>The classes are those that the run's classifier sees.</summary>
    public const string Automatic = "auto";
}

/// <summary>Opens a network of a run for images of no data set.</summary>
internal sealed class RunPredictor : IDisposable
{
    private readonly StoredRun run;
    private readonly Experiment experiment;
    private readonly PredictionChoice choice;
    private readonly IReadOnlyList<string> classes;
    private readonly RunNetwork? weights;
    private readonly RunContext context;

    /// <exception cref="ExperimentException">The run has no such network, or it is not there; classes are needed and not given.</exception>
    public RunPredictor(StoredRun run, Experiment experiment, PredictionChoice choice, string stages, RunContext context)
    {
        (this.run, this.experiment, this.choice, this.context, classes) = (run, experiment, choice, context, run.Record.KnownClasses());
        var networks = new RunNetworks(run, stages);
        var last = TrainedNetworks.Trainings(experiment).LastOrDefault();
        (Stage, IsSegmentation) = choice.Network is null ? last : TrainedNetworks.Find(experiment, choice.Network);
        if (IsSegmentation && choice.Formats != CamFormats.None) throw new ExperimentException($"{experiment.Name}: the network of '{Stage}' makes no CAMs: leave out --cams, or name another with --network");
        if (IsSegmentation && choice.Labels is not null) throw new ExperimentException($"{experiment.Name}: the network of '{Stage}' needs no classes of images: leave out --labels, or name another with --network");
        if (!IsSegmentation && choice.Labels is null) throw new ExperimentException($"{experiment.Name} predicts CAMs and needs the classes of each image: give them with --labels FILE, a table with the columns file and labels{(TrainedNetworks.ClassifierStage(experiment) is null ? "" : $", or --labels {PredictionChoice.Automatic} for those that its classifier sees")}");
        weights = Stage is null ? null : networks.Require(Stage);
        if (choice.Labels == PredictionChoice.Automatic && !IsSegmentation)
            Classifier = new PredictedClasses(TrainedNetworks.OpenCamNetwork(experiment, networks.Require(TrainedNetworks.ClassifierStage(experiment)
                ?? throw new ExperimentException($"{experiment.Name} has no classifier, which --labels {PredictionChoice.Automatic} needs: give a table")).File, classes.Count, context.Modules), choice.Window, context.Modules.Device);
    }

    /// <summary>Says the classes of images; null where they are given or not needed.</summary>
    public PredictedClasses? Classifier { get; }

    /// <summary>What predictions are made of.</summary>
    public PredictionOrigin Origin => new(experiment.Name, run.Record.Fingerprint, Stage ?? "cams", weights?.Sha256,
        IsSegmentation ? null : choice.Labels == PredictionChoice.Automatic ? choice.Labels : FileHash.Sha256(choice.Labels!), choice.Window, choice.Formats.ToString());

    /// <summary>That trained the network; null where none did.</summary>
    private string? Stage { get; }

    private bool IsSegmentation { get; }

    /// <param name="images">Ids.</param>
    /// <returns>The caller disposes it.</returns>
    public IPredictor Open(ICollection<string> images)
    {
        if (IsSegmentation) return new SegmentationPredictor(TrainedNetworks.OpenSegmentation(experiment, weights!.File, classes.Count, context.Modules), choice.Window, choice.Batch);
        var table = Classifier is null ? new TableLabels(choice.Labels!, new ClassNames(classes, $"the data set of {experiment.Name}"), images, ignoresOthers: true) : null;
        return new CamPredictor(Source(), table is null ? Classifier!.Of : images => [.. images.Select(image => table.Of(image.Id))], experiment.Cam.Threshold, choice.Window);
    }

    public void Dispose() => Classifier?.Dispose();

    /// <summary>CAMs of CLIP alone, or of a published network, need all that the experiment needs.</summary>
    private ICamSource Source() => weights is null ? new ExperimentRun(experiment, context).OpenCams() : new NetworkCams(TrainedNetworks.OpenCamNetwork(experiment, weights.File, classes.Count, context.Modules), experiment.Cam, context.Modules.Device);
}
