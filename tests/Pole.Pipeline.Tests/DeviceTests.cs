using System.Reflection;
using Pole.Data.Augmentations;
using Pole.Data.Loading;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.Excel;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Pipeline.Inference.Rise;
using Pole.Pipeline.Inference.WeClip;
using Pole.Pipeline.Refinement.Steps;
using Pole.Pipeline.Stages.Semples;
using Pole.Pipeline.Training;
using Pole.Zoo.Adaptors;
using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using Pole.Zoo.Prompts.Describing;
using Pole.Zoo.Prompts.Learning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>
/// A step of every module with the meta device as torch's default and everything that it is given on the CPU: a tensor that is made without a device is a meta tensor then, and does not go together with
/// the others, as one that is made on the CPU does not on a GPU.
/// </summary>
[NonParallelizable]
public sealed class DeviceTests
{
    private const int Side = 64, Classes = 3;

    private static readonly Device Meta = device("meta");

    private static readonly ModuleContext Context = new() { Device = CPU, CacheFolder = "" };

    /// <summary>Kinds whose modules make no tensors. Nor does the step that merges masks, which needs files; segment-label-matching has the step of clims.</summary>
    private static readonly Type[] WithoutTensors = [typeof(IDataset), typeof(ISelectionRule), typeof(ILearningRateSchedule), typeof(Augmentation), typeof(Metric)];

    private static IEnumerable<TestCaseData> Modules => new[] { typeof(ResNetOptions), typeof(RandomLongSideOptions), typeof(RandomWalkOptions) }.SelectMany(type => type.Assembly.GetCustomAttributes<PoleModuleExportAttribute>())
        .Select(export => export.OptionsType).Where(options => !WithoutTensors.Contains(KindOf(options)) && options != typeof(MaskMergingOptions) && options != typeof(SegmentLabelMatchingOptions)).OrderBy(options => options.Name, StringComparer.Ordinal)
        .Select(options => new TestCaseData(options).SetArgDisplayNames($"{KindOf(options).Name} {options.GetCustomAttribute<PoleModuleAttribute>()!.Name}"));

    [TestCaseSource(nameof(Modules))]
    public void No_step_makes_a_tensor_without_a_device(Type options)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(0);
        var results = WithMetaAsDefault(Step(Small(options)));

        Assert.That(results.Select(result => result.device_type), Is.All.EqualTo(DeviceType.CPU));
        Assert.That(results.All(result => result.isfinite().all().item<bool>()));
    }

    [Test]
    public void A_tensor_that_is_made_without_a_device_shows()
    {
        using var scope = NewDisposeScope();
        var given = ones(2, device: CPU);

        Assert.That(WithMetaAsDefault(() => [stack([given, zeros(2)], 0)])[0].device_type, Is.EqualTo(DeviceType.META));
        Assert.That(() => WithMetaAsDefault(() => [given.index_select(0, tensor([0L]))]), Throws.InstanceOf<System.Runtime.InteropServices.ExternalException>());
    }

    private static IReadOnlyList<Tensor> WithMetaAsDefault(Func<IReadOnlyList<Tensor>> step)
    {
        set_default_device(Meta);
        try
        {
            return step();
        }
        finally
        {
            set_default_device(CPU);
        }
    }

    private static Type KindOf(Type options) => options.GetInterfaces().First(type => type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(IModuleOptions<>) || type.GetGenericTypeDefinition() == typeof(IModuleOptions<,>))).GetGenericArguments()[0];

    /// <summary>Options that need no weights and little time.</summary>
    private static object Small(Type type) => type.Name switch
    {
        nameof(ResNetOptions) => new ResNetOptions { Width = 4 },
        nameof(CaffeResNetOptions) => new CaffeResNetOptions { Width = 4, Blocks = [1, 1, 1, 1] },
        nameof(IrNetOptions) => new IrNetOptions { PairRadius = 3, WalkRadius = 3 },
        nameof(AffinityNetOptions) => new AffinityNetOptions { Radius = 3 },
        nameof(BackgroundPromptsOptions) => new BackgroundPromptsOptions { Tokens = 4, Training = new TrainingOptions { Iterations = 1, LearningRate = 0.1 } },
        nameof(ContextOptions) => new ContextOptions { Tokens = 4 },
        nameof(FixedTemplatesOptions) => new FixedTemplatesOptions { Templates = ["a {}.", "a photo of {}."] },
        nameof(RandomWalkOptions) => new RandomWalkOptions { ExpTimes = 2 },
        nameof(ClipEsOptions) => new ClipEsOptions { Refinement = new AttentionRefinementOptions { Blocks = 2 } },
        nameof(WeClipOptions) => new WeClipOptions { Width = 16, Layers = 1, Heads = 2, Online = new OnlineMaskOptions { Refinement = new AttentionRefinementOptions { Blocks = 2 }, LearntFrom = 0, LearntBlocks = 2 } },
        nameof(ExcelOptions) => new ExcelOptions { Side = 64, Blocks = 2, Refinement = new ExcelRefinementOptions { Blocks = 3 } },
        nameof(DescriptionBankOptions) => new DescriptionBankOptions { Clusters = 3 },
        nameof(RiseOptions) => new RiseOptions { Masks = 8, Cells = 4 },
        _ => Activator.CreateInstance(type)!,
    };

    /// <summary>Made now, with torch's default device the CPU, as where a run makes a module; done later.</summary>
    private static Func<IReadOnlyList<Tensor>> Step(object options)
    {
        var images = rand([2, 3, Side, Side], device: CPU);
        switch (options)
        {
            case IModuleOptions<Backbone> backbone:
                var features = backbone.Create(Context with { WithoutWeights = true });
                return () => Trained(features, () => features.call(images).mean());
            case IModuleOptions<CamNetwork, CamBase> cam:
                var network = cam.Create(new CamBase(SmallBackbone(), Classes), Context);
                return () => [.. Trained(network, () => network.Logits(images).mean() + network.Activations(images).mean()), network.CamWithMirror(images[0])];
            case IModuleOptions<ClipModel> clip:
                var towers = ClipOf(clip);
                return () => [towers.EncodeImage(images[TensorIndex.Ellipsis, TensorIndex.Slice(0, towers.ImageResolution), TensorIndex.Slice(0, towers.ImageResolution)]), towers.EncodeText(tensor(towers.Tokenizer.Encode("a photo of boat."), [1, towers.Tokenizer.ContextLength], device: CPU))];
            case IModuleOptions<ICamSource, CamSourceBase> source:
                var cams = source.Create(new CamSourceBase(["boat", "fish"], new ClipPrompts(ClipOf(new VitB16Options()), "a photo of {}.", [["boat", "a boat"], ["fish"]], [])), Context);
                return () => cams.Of(new Sample(), Image) is { } maps ? [maps.Strided, maps.HighResolution] : [];
            case IModuleOptions<PromptLearner, PromptNames> learner:
                var prompts = learner.Create(new PromptNames(SmallClip(), "a photo of {}.", [new(0, "boat"), new(1, "fish")]) { Descriptions = [["a photo of boat.", "a boat."], ["a fish."]] }, Context);
                return () => Trained(prompts, () => prompts.Encode(tensor([1L, 0L], device: CPU)).mean());
            case IModuleOptions<Adaptor, ClipModel> adaptor:
                var (adapter, embeddings) = (adaptor.Create(SmallClip(), Context), rand([2, SmallClip().EmbeddingSize], device: CPU));
                return () => Trained(adapter, () => adapter.call(embeddings).mean());
            case IModuleOptions<ObjectiveTerm> term:
                var (loss, judge, texts) = (term.Create(Context), SmallClip(), rand([2, SmallClip().EmbeddingSize], device: CPU));
                var logits = new Parameter(rand([2, Classes, 8, 8], device: CPU));
                return () => Backward([logits], () => loss.Compute(new JudgedBatch(loss.Reads, logits.sigmoid(), images, [(0, 1), (1, 2)], judge, () => texts, texts, classBackgroundsOf: () => texts)));
            case IModuleOptions<Optimizer, IReadOnlyList<ParameterGroup>> optimizer:
                var parameter = new Parameter(rand([4], device: CPU));
                var descent = optimizer.Create([new ParameterGroup([parameter], 0.1, 0.01)], Context);
                return () =>
                {
                    for (var step = 0; step < 2; step++)
                    {
                        descent.ZeroGradients();
                        parameter.square().sum().backward();
                        descent.SetLearningRates([0.1]);
                        descent.Step();
                    }

                    return [parameter];
                };
            case IModuleOptions<AffinityModel, Backbone> affinity:
                var model = affinity.Create(SmallBackbone(), Context);
                return () => [.. Trained(model, () => model.Loss(images, [Labels(Side / model.Stride), Labels(Side / model.Stride)])), tensor(AffinitiesOf(model, images).Pairs[0].Values, device: CPU)];
            case IModuleOptions<RefinementStep, RefinementBase> step:
                var trained = new TrainedAffinity(new IrNet(SmallBackbone(), 3, 3), Side);
                trained.Model.eval();
                var refinement = step.Create(new RefinementBase(new Lazy<TrainedAffinity>(trained), Classes + 1), Context);
                var cam4 = new FusedCam([0, 1], rand([2, Side / 4, Side / 4], device: CPU), rand([2, Side, Side], device: CPU));
                return () => [tensor(refinement.Refine([new RefinedImage("a", Image, cam4, Labels(Side))], CancellationToken.None)[0].Labels.Select(label => (float)label).ToArray(), device: CPU)];
            case IModuleOptions<SegmentationNetwork, SegmentationBase> segmentation when segmentation is IStandsOnClip:
                var frozen = ClipOf(new VitB16Options());
                var onClip = segmentation.Create(new SegmentationBase(Classes + 1, SmallBackbone) { Clip = () => frozen, Prompts = new ClipPrompts(frozen, "a photo of {}.", [["boat"], ["fish"]], ["a"]) }, Context);
                var batch = new SegmentationBatch(images, [Labels(Side), Labels(Side)], SegmentationLoss.Balanced) { Classes = [[0, 1], [1]] };
                return () => [.. Trained(onClip, () => ((ISegmentationObjective)onClip).Terms(batch).Select(term => term.Value).Aggregate((sum, next) => sum + next)), onClip.Segment(images)];
            case IModuleOptions<SegmentationNetwork, SegmentationBase> segmentation:
                var segmenter = segmentation.Create(new SegmentationBase(Classes + 1, SmallBackbone), Context);
                return () => Trained(segmenter, () => Zoo.Segmentation.PyramidLoss.Compute(segmenter.Pyramid(images), [Labels(Side), Labels(Side)]));
            case BackgroundPromptsOptions stage:
                var (still, text) = (new ClassifierCamNetwork(SmallBackbone(), Classes), ClipOf(new TinyClipOptions()));
                var learnt = new BackgroundTokens(text, "a photo of {}.", Classes, stage.Tokens, CPU);
                var prompted = new BackgroundPromptTraining(still, text, new PromptTable(text, "a photo of {}.", [["boat"], ["fish"], ["boat"]], [], null, PromptChoices.GroundTruthOnly, Context, classBackgrounds: learnt), learnt, stage.Objective, Context);
                return () => Trained(learnt, () => prompted.Loss(new TrainingBatch([new Sample(), new Sample()], images, ones([2, Classes], device: CPU))).Total);
            default:
                throw new AssertionException($"{options.GetType().Name}: this test does not know its kind");
        }
    }

    private static CellAffinities AffinitiesOf(AffinityModel model, Tensor images)
    {
        using var noGradient = no_grad();
        model.eval();
        model.Calibrate(1, _ => images[0].unsqueeze(0));
        return model.Affinities(images[0], Side);
    }

    /// <summary>A published CLIP has the networks of the small one, whose weights need no file.</summary>
    private static ClipModel ClipOf(IModuleOptions<ClipModel> options)
    {
        var small = new TinyClipOptions { ImageResolution = 32, VisionWidth = 8, TextWidth = 64, EmbeddingSize = 32 };
        if (options is PublishedVitOptions) small = small with { PatchSize = 16, VisionWidth = 64 };
        var clip = small.CreateJudge(small.CreateUntrained(["a", "photo", "of", "boat", "fish"]));
        clip.eval();
        return clip;
    }

    private static ClipModel SmallClip() => ClipOf(new TinyClipOptions());

    private static Backbone SmallBackbone() => new ResNetOptions { Width = 4, FreezeStem = false }.Create(Context);

    private static RgbImage Image => new(Side, Side, [.. Enumerable.Range(0, Side * Side * 3).Select(value => (byte)(value * 7 % 251))]);

    private static LabelMap Labels(int side) => new(side, side, [.. Enumerable.Range(0, side * side).Select(pixel => pixel % side == 0 ? LabelMap.Ignored : (byte)(pixel / side * 2 / side))]);

    private static IReadOnlyList<Tensor> Trained(nn.Module module, Func<Tensor> loss)
    {
        module.train();
        return Backward([.. module.parameters().Where(parameter => parameter.requires_grad)], loss);
    }

    private static List<Tensor> Backward(IReadOnlyList<Parameter> parameters, Func<Tensor> loss)
    {
        var value = loss();
        if (parameters.Count > 0) value.backward();
        return [value, .. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
    }

    private sealed class Sample : ISample
    {
        public string Id => "a";

        public IReadOnlyList<int> PresentClasses => [0, 1];

        public RgbImage LoadImage() => Image;

        public LabelMap LoadLabels() => Labels(Side);
    }
}
