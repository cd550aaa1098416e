using Pole.Data.Augmentations;
using Pole.Data.Shapes;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Pipeline.Inference.Rise;
using Pole.Pipeline.Inference.WeClip;
using Pole.Pipeline.Refinement.Steps;
using Pole.Pipeline.Stages.Semples;
using Pole.Zoo.Adaptors;
using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using Pole.Zoo.Optimizers;
using Pole.Zoo.Schedules;
using Pole.Zoo.Segmentation;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>The whole chain at a size that runs in seconds.</summary>
internal static class MicroExperiment
{
    private static readonly TrainingOptions Training = new() { Epochs = 1, LearningRate = 0.01, BatchSize = 4, Augmentation = new RandomLongSideOptions { From = 56, To = 72 }, Crop = 64 };

    public static Experiment Pole { get; } = new()
    {
        Name = "micro/pole",
        Description = "Everything, tiny.",
        Dataset = new ShapesOptions { TrainImages = 12, EvaluationImages = 4, Side = 64 },
        Backbone = new ResNetOptions { Width = 4, FreezeStem = false },
        Baseline = Training,
        Cam = new CamOptions { Scales = [1, 0.5] },
        Clip = new TinyClipOptions { ImageResolution = 32, VisionWidth = 8, TextWidth = 32, EmbeddingSize = 32, Captions = 32, Steps = 3, BatchSize = 8 },
        Prompt = new PromptOptions { Corpus = Corpus, Synonyms = 3, Backgrounds = ["water", "railway"] },
        Objective = new ObjectiveOptions { Terms = [new OtmOptions(), new BtmOptions(), new CbsOptions { Threshold = 0.3 }, new RegOptions()] },
        Clims = Training,
        Adaptor = new AdaptorOptions { Image = new ResidualAdaptorOptions(), Text = new ResidualAdaptorOptions() },
    };

    /// <summary>On to refined masks and a segmentation network.</summary>
    public static Experiment Full { get; } = Pole with
    {
        Name = "micro/full",
        Refinement = new RefinementOptions { Affinity = new IrNetOptions { PairRadius = 3, WalkRadius = 3 }, Training = Training with { Optimizer = new ClimsSgdOptions() }, Steps = [new RandomWalkOptions { ExpTimes = 2 }, new DenseCrfStepOptions()] },
        Segmentation = new SegmentationOptions { Network = new DeepLabV2Options { Rates = [1, 2], Scales = [0.5] }, Backbone = new CaffeResNetOptions { Width = 4, Blocks = [1, 1, 1, 1], NormMomentum = 0.1 }, Training = Training with { Optimizer = new ClimsSgdOptions() }, Crf = DenseCrfOptions.DeepLab },
    };

    public static Experiment Baseline { get; } = Pole with { Name = "micro/cam", Clip = null, Prompt = null, Objective = null, Clims = null, Adaptor = new AdaptorOptions() };

    /// <summary>Masks from CLIP alone.</summary>
    public static Experiment TrainingFree { get; } = Full with
    {
        Name = "micro/training-free", Backbone = null, Baseline = null, Objective = null, Clims = null, Adaptor = new AdaptorOptions(), Segmentation = null,
        Cam = new CamOptions { Source = new RiseOptions { Masks = 24, Cells = 4 } }, Refinement = Full.Refinement! with { Backbone = new ResNetOptions { Width = 4, FreezeStem = false } },
    };

    /// <summary>CAMs from the inside of a small ViT, and masks by the CRF alone.</summary>
    public static Experiment FrozenClip { get; } = TrainingFree with
    {
        Name = "micro/clip-es", Clip = (TinyClipOptions)Pole.Clip! with { PatchSize = 8, VisionWidth = 64 }, Cam = new CamOptions { Source = new ClipEsOptions { Refinement = new AttentionRefinementOptions { Blocks = 3 } }, Threshold = 0.5 },
        Refinement = new RefinementOptions { Steps = [new DenseCrfStepOptions { BackgroundPower = 1 }] },
    };

    /// <summary>A decoder on the small ViT that makes its masks itself; the second half of its four steps is under the learnt affinity.</summary>
    public static Experiment OneStage { get; } = FrozenClip with
    {
        Name = "micro/weclip", Refinement = null,
        Segmentation = new SegmentationOptions
        {
            Network = new WeClipOptions { Width = 16, Layers = 1, Heads = 2, Online = new OnlineMaskOptions { Refinement = new AttentionRefinementOptions { Blocks = 3 }, LearntBlocks = 4, PixelAdaptive = new PixelAdaptiveOptions { Iterations = 2 } } },
            Masks = MaskSource.Online, Loss = SegmentationLoss.Balanced,
            Training = Training with { Epochs = null, Iterations = 4, LearningRate = 2e-4, Optimizer = new AdamWOptions(), Schedule = new WarmUpOptions { Steps = 2, StartFactor = 1e-6, Overlap = true, Then = new PolyOptions { Power = 1 } } },
        },
    };

    /// <summary>Three trainings: of the network, of a background prompt for each class, and of the network again with them.</summary>
    public static Experiment Semples { get; } = Pole with
    {
        Name = "micro/semples", Prompt = Pole.Prompt! with { Synonyms = 1, Backgrounds = [] }, Adaptor = new AdaptorOptions(),
        Objective = new ObjectiveOptions { MinMaxConstant = 0.1, Terms = [new OtmOptions { Weight = 1 }, new BtmOptions { Weight = 2.4 }, new SemanticRefinementOptions { Weight = 1 }] },
        Stages = [new SegmentLabelMatchingOptions(), new BackgroundPromptsOptions { Tokens = 4, Training = Training with { Epochs = null, Iterations = 4, LearningRate = 0.1, Optimizer = new AdamWOptions() } }],
    };

    private static Corpus Corpus => new()
    {
        Name = "micro",
        Names = new Dictionary<string, IReadOnlyList<string>>
        {
            ["boat"] = ["boat", "sailboat", "canoe"], ["fish"] = ["fish", "shark", "ray"], ["train"] = ["train", "tram", "wagon"],
            ["car"] = ["car", "taxi", "van"], ["bird"] = ["bird", "owl", "swan"], ["flower"] = ["flower", "daisy", "tulip"],
        },
    };

    public static RunContext Context(string folder, RecordingProgress progress, CancellationToken cancellation = default) =>
        new(new ModuleContext { Device = CPU, CacheFolder = Path.Combine(folder, "data") }, new StageStore(Path.Combine(folder, "stages"), progress), progress, cancellation);
}
