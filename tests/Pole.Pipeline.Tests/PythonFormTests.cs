using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using Pole.Pipeline.Training;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using Pole.Zoo.Optimizers;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Tests;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>What speed is claimed against computes what ours does, in PyTorch too: losses of three steps, the later of which know of the gradients.</summary>
public sealed class PythonFormTests
{
    private static readonly ModuleContext Modules = new() { Device = CPU, CacheFolder = "" };

    [SetUp]
    public void Seed() => random.manual_seed(1);

    [Test]
    public void Steps_of_CLIMS_have_the_losses_of_ours()
    {
        using var scope = NewDisposeScope();
        string[] classes = ["boat", "fish"], backgrounds = ["water", "railway"];
        using var network = new ClassifierCamNetwork(new ResNetOptions { Width = 8, Blocks = [1, 2, 1, 1] }.Create(Modules), classes.Length);
        using var clip = new ClipNetwork(Architecture, new WordTokenizer([.. classes, .. backgrounds, "a", "photo", "of"], Architecture.ContextLength));
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        var objective = new ObjectiveOptions { Terms = [new OtmOptions(), new BtmOptions(), new CbsOptions { Threshold = -0.5 }, new RegOptions()] };
        var prompt = new PromptOptions { Corpus = new Corpus { Name = "two", Names = classes.ToDictionary(name => name, name => (IReadOnlyList<string>)[name]) }, Backgrounds = backgrounds };
        var (images, labels) = (rand(2, 3, 48, 48), tensor(new float[] { 1, 0, 1, 1 }, [2, 2]));
        var samples = new List<ISample> { new SampleWithoutFile("one", [0]), new SampleWithoutFile("two", [0, 1]) };
        using var prompts = new PromptTable(clip, prompt, classes, PromptChoices.GroundTruthOnly, Modules);
        using var training = new ClimsTraining(network, clip, prompts, objective, new AdaptorOptions(), Modules);
        var optimizer = new ClimsSgdOptions().Create([new ParameterGroup(network.parameters(), 1e-4, 1e-4)], Modules);
        network.train();
        using var form = Ready(PythonForm.ClimsStep(network, clip, [.. classes.Select(Fill)], [.. backgrounds.Select(Fill)], objective, images, labels));

        Compare(form, () => training.Loss(new TrainingBatch(samples, images, labels)).Total, optimizer);

        string Fill(string name) => prompt.Template.Replace("{}", name, StringComparison.Ordinal);
    }

    [Test]
    public void Steps_of_DeepLab_have_the_losses_of_ours()
    {
        using var scope = NewDisposeScope();
        using var network = new DeepLabV2Options().Create(new SegmentationBase(3, () => new CaffeResNet(8, [1, 2, 1, 1])), Modules);
        var noise = new Random(0);
        var map = new LabelMap(65, 65, [.. Enumerable.Range(0, 65 * 65).Select(_ => (byte)noise.Next(3))]);
        var (images, targets) = (rand(1, 3, 65, 65), tensor(map.Labels.Select(label => (float)label).ToArray(), [1, 1, 65, 65]));
        var optimizer = new SgdOptions().Create([new ParameterGroup(network.parameters(), 1e-4, 5e-4)], Modules);
        network.train();
        using var form = Ready(PythonForm.DeepLabStep(network, images, targets));

        Compare(form, () => PyramidLoss.Compute(network.Pyramid(images), [map]), optimizer);
    }

    [Test]
    public void CAMs_are_ours()
    {
        using var scope = NewDisposeScope();
        using var network = new ClassifierCamNetwork(new ResNetOptions { Width = 8, Blocks = [1, 2, 1, 1] }.Create(Modules), classes: 4);
        network.eval();
        var noise = new Random(0);
        var images = Enumerable.Range(0, 2).Select(_ => new RgbImage(70, 50, [.. Enumerable.Range(0, 70 * 50 * 3).Select(_ => (byte)noise.Next(256))])).ToList();
        var options = new CamOptions { Scales = [1, 0.5, 1.5, 2] };
        using var form = Ready(PythonForm.Cams(network, images, options.Scales, [1, 3]));

        var ours = new CamExtraction(network, options, CPU).Extract([.. images.Select(image => (image, (IReadOnlyList<int>)[1, 3]))]);

        Assert.That(form.Step(), Is.EqualTo(ours.Average(cam => PythonForm.Ramp(cam.Strided.ToFloats()))).Within(1e-5));
    }

    [Test]
    public void The_marginals_of_pydensecrf_are_ours()
    {
        var noise = new Random(3);
        var image = new RgbImage(60, 40, [.. Enumerable.Range(0, 60 * 40 * 3).Select(place => (byte)(place / 3 % 60 * 3 + noise.Next(20)))]);
        var scores = Enumerable.Range(0, 3 * 60 * 40).Select(_ => 0.1f + noise.NextSingle()).ToArray();
        var probabilities = scores.Select((score, place) => score / (scores[place % 2400] + scores[2400 + place % 2400] + scores[4800 + place % 2400])).ToArray();
        using var form = PythonForm.DenseCrf(image, probabilities, 3, new DenseCrfOptions());
        if (form is null) Assert.Ignore(PythonInterpreter.MissingPyDenseCrf);

        Assert.That(form!.Step(), Is.EqualTo(PythonForm.Ramp(DenseCrf.FromProbabilities(image, probabilities, 3, new DenseCrfOptions()))).Within(1e-6));
    }

    private static ClipArchitecture Architecture { get; } = new()
    {
        EmbeddingSize = 16, ImageResolution = 32, VisionLayers = [2], VisionWidth = 32, VisionPatchSize = 8, VisionHeads = 2, ContextLength = 12, VocabularySize = 32, TextWidth = 16, TextHeads = 2, TextLayers = 2,
    };

    private static PythonForm Ready(PythonForm? form)
    {
        if (form is null) Assert.Ignore(PythonInterpreter.Missing);
        return form!;
    }

    private static void Compare(PythonForm form, Func<Tensor> lossOf, Optimizer optimizer)
    {
        const double Tolerance = 5e-6;
        var losses = new float[3];
        for (var step = 0; step < losses.Length; step++)
        {
            optimizer.ZeroGradients();
            var loss = lossOf();
            loss.backward();
            optimizer.Step();
            losses[step] = loss.item<float>();
            Assert.That(form.Step(), Is.EqualTo(losses[step]).Within(Tolerance * losses[step]), $"step {step}");
        }

        Assert.That(Math.Abs(losses[2] - losses[0]), Is.GreaterThan(4 * Tolerance * losses[0]), "a wrong gradient would not be noticed");
    }
}
