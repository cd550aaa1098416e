using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts.Learning;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Segmentation.WeClip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>
/// A module that moves gets new tensors, whether it moves to a GPU or to another type: what these tests see of the second holds for the first, which is not here. The meta device
/// would show tensors that stay on the CPU, but this libtorch has neither convolutions nor index_select for it.
/// </summary>
public sealed class MovedModuleTests
{
    private static ResNet Backbone => new(4, [1, 1, 1, 1], 16, false);

    private static IEnumerable<TestCaseData> Modules()
    {
        yield return Case("CLIP with a ViT", Vit(), (clip, images) => clip.EncodeImage(images));
        yield return Case("CLIP with a ResNet", new TinyClipOptions { EmbeddingSize = 32 }.CreateUntrained(["a"]), (clip, images) => clip.EncodeImage(images));
        yield return Case("text tower", Vit(), (clip, _) => clip.EncodeText(Tokens()));
        yield return Case("CLIP's logits", Vit(), (clip, images) => clip.LogitsPerImage(images, Tokens()));
        yield return Case("CAM network", new ClassifierCamNetwork(Backbone, 3), (network, images) => network.CamWithMirror(images[0]));
        yield return Case("IRNet", new IrNet(Backbone, 3, 3), (network, images) => network.ComputeWithMirror(images[0], 64).Displacements);
        yield return Case("DeepLab v2", new DeepLabV2Options { Rates = [1], Scales = [0.5] }.Create(new SegmentationBase(3, () => new CaffeResNet(4, [1, 1, 1, 1])), ModuleContext.None), (network, images) => network.Segment(images));
        yield return Case("DeepLab v3+", new DeepLabV3PlusOptions { Channels = 8, LowLevelChannels = 4 }.Create(new SegmentationBase(3, () => Backbone), ModuleContext.None), (network, images) => network.Segment(images));
        yield return Case("WeCLIP", new WeClipNetwork(ClipTower.Of(Vit()), new WeClipShape { Labels = 3, FeatureMaps = 2, Width = 8, Layers = 1, Heads = 2 }, [1], mirrored: false), (network, images) => network.Segment(images));
    }

    [TestCaseSource(nameof(Modules))]
    public void A_module_of_another_type_computes_the_same(nn.Module module, Func<nn.Module, Tensor, Tensor> compute)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var owned = module;
        module.eval();
        var images = rand(2, 3, 64, 64);
        var before = compute(module, images);
        module.to(ScalarType.Float64);
        var after = compute(module, images.to(ScalarType.Float64));

        Assert.That(after.dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(after.to(ScalarType.Float32).allclose(before, rtol: 1e-3, atol: 1e-4));
    }

    [Test]
    public void A_CLIP_in_bfloat16_takes_and_gives_32_bits_and_nearly_the_same_embeddings_and_gradients()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(0);
        using var clip = Vit();
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        var (image, imageGradient, text) = Run();
        clip.to(ScalarType.BFloat16);
        var (narrowImage, narrowGradient, narrowText) = Run();

        Assert.That((narrowImage.dtype, narrowGradient.dtype, narrowText.dtype), Is.EqualTo((ScalarType.Float32, ScalarType.Float32, ScalarType.Float32)));
        Assert.That(new[] { Cosine(image, narrowImage), Cosine(imageGradient, narrowGradient), Cosine(text, narrowText) }, Is.All.GreaterThan(0.999));

        (Tensor Image, Tensor Gradient, Tensor Text) Run()
        {
            random.manual_seed(1);
            var images = rand(2, 3, 64, 64).requires_grad_(true);
            var features = clip.EncodeImage(images);
            features.sum().backward();
            return (features, images.grad!, clip.EncodeText(Tokens()));
        }

        static float Cosine(Tensor one, Tensor other) => nn.functional.cosine_similarity(one.flatten().unsqueeze(0), other.flatten().unsqueeze(0)).item<float>();
    }

    private static IEnumerable<IModuleOptions<PromptLearner, PromptNames>> Learners => [new ContextOptions { Tokens = 2 }, new ContextOptions { Tokens = 2, ClassSpecific = true }, new TargetOptions(), new FixedTemplatesOptions { Templates = ["a {}"] }, new MeanOfNamesOptions()];

    [TestCaseSource(nameof(Learners))]
    public void A_prompt_learner_of_another_type_gives_the_same_prompts(IModuleOptions<PromptLearner, PromptNames> learning)
    {
        using var scope = NewDisposeScope();
        using var clip = Vit();
        using var learner = learning.Create(new PromptNames(clip, "a {}", [new PromptName(0, "boat"), new PromptName(1, "fish")]), new ModuleContext { Device = CPU, CacheFolder = "" });
        var before = learner.Encode(tensor(new long[] { 1, 0, 1 }));
        clip.to(ScalarType.Float64);
        learner.to(ScalarType.Float64);

        Assert.That(learner.Encode(tensor(new long[] { 1, 0, 1 })).to(ScalarType.Float32).allclose(before, rtol: 1e-3, atol: 1e-4));
    }

    private static ClipNetwork Vit() => (ClipNetwork)new TinyClipOptions { PatchSize = 16, EmbeddingSize = 32 }.CreateUntrained(["a", "boat", "fish"]);

    private static Tensor Tokens() => tensor(new long[,] { { 1, 2, 4, 0 }, { 1, 3, 3, 4 } });

    private static TestCaseData Case<T>(string name, T module, Func<T, Tensor, Tensor> compute) where T : nn.Module =>
        new TestCaseData(module, (Func<nn.Module, Tensor, Tensor>)((moved, images) => compute((T)moved, images))).SetArgDisplayNames(name);
}
