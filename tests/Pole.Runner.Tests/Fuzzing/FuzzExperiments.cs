using Pole.Data.Augmentations;
using Pole.Data.Coco;
using Pole.Data.Shapes;
using Pole.Data.Voc;
using Pole.Data;
using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using Pole.Zoo.Optimizers;
using Pole.Zoo.Segmentation;

namespace Pole.Runner.Tests.Fuzzing;

/// <summary>Experiments that train in a fraction of a second on the corpus's data sets.</summary>
internal static class FuzzExperiments
{
    public const string Voc = "fuzz/voc", Seeded = "fuzz/voc-1", Sweep = "fuzz/sweep", Coco = "fuzz/coco", Shapes = "fuzz/shapes", HuggingFace = "fuzz/hugging-face";

    private static readonly TrainingOptions Training = new() { Epochs = 1, LearningRate = 0.01, BatchSize = 2, Augmentation = new RandomLongSideOptions { From = 32, To = 40 }, Crop = 32 };

    public static IReadOnlyList<CompiledExperiment> All { get; } = [.. new[] { OnVoc, OnVoc with { Name = Seeded, Seed = 1 }, OnVoc with { Name = Coco, Dataset = new Coco14Options { TrainSplit = "train2014", EvaluationSplit = "val2014" } }, OnShapes, OnHuggingFace }
        .Select(experiment => new CompiledExperiment(experiment.Name, null, _ => experiment)), new CompiledExperiment($"{Sweep}/a", Sweep, _ => OnVoc with { Name = $"{Sweep}/a", Sweep = Sweep })];

    private static Experiment OnVoc => new()
    {
        Name = Voc,
        Description = "A baseline and a segmentation network.",
        Dataset = new Voc12Options { TrainSplit = "train", EvaluationSplit = "val" },
        Backbone = new ResNetOptions { Width = 4, FreezeStem = false },
        Baseline = Training,
        Cam = new CamOptions { Scales = [1] },
        Segmentation = new SegmentationOptions { Network = new DeepLabV2Options { Rates = [1], Scales = [0.5] }, Backbone = new CaffeResNetOptions { Width = 4, Blocks = [1, 1, 1, 1], NormMomentum = 0.1 }, Training = Training with { Optimizer = new ClimsSgdOptions() } },
    };

    public static Experiment OnShapes => new()
    {
        Name = Shapes,
        Description = "A CLIP that selects names, and a refinement on a backbone of its own.",
        Dataset = new ShapesOptions { TrainImages = 4, EvaluationImages = 2, Side = 64 },
        Backbone = new ResNetOptions { Width = 4, FreezeStem = false },
        Baseline = Training,
        Cam = new CamOptions { Scales = [1] },
        Clip = new TinyClipOptions { ImageResolution = 32, VisionWidth = 8, TextWidth = 32, EmbeddingSize = 32, Captions = 16, Steps = 2, BatchSize = 8 },
        Prompt = new PromptOptions { Corpus = CorpusOf(new ShapesOptions()), Synonyms = 2, Backgrounds = ["water"] },
        Objective = new ObjectiveOptions { Terms = [new OtmOptions(), new BtmOptions(), new CbsOptions(), new RegOptions()] },
        Clims = Training,
        Refinement = new RefinementOptions { Affinity = new IrNetOptions { PairRadius = 2, WalkRadius = 2 }, Backbone = new ResNetOptions { Width = 4, FreezeStem = false }, Training = Training with { Optimizer = new ClimsSgdOptions() }, Steps = [new Pipeline.Refinement.Steps.RandomWalkOptions { ExpTimes = 1 }] },
    };

    private static Experiment OnHuggingFace => OnShapes with { Name = HuggingFace, Clip = new VitB32Options { Source = ClipSource.HuggingFace } };

    private static Corpus CorpusOf(IModuleOptions<IDataset> dataset) => new() { Name = "fuzz", Names = DatasetClasses.Of(dataset).ToDictionary(name => name, name => (IReadOnlyList<string>)[name, $"photo {name}"]) };
}
