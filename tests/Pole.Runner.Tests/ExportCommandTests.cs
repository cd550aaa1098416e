using System.Text.Json;
using Onnx;
using Pole.Runner.Tests.Fuzzing;
using Pole.Zoo.Cam;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Runner.Tests;

/// <summary>Trained networks as files for other programs.</summary>
public sealed class ExportCommandTests
{
    private static readonly Lazy<string> Trained = new(() =>
    {
        var root = Directory.CreateTempSubdirectory("pole-exported-").FullName;
        var run = PoleInProcess.Run(FuzzExperiments.All, "run", FuzzExperiments.Shapes, "--store", Path.Combine(root, "store"), "--runs", Path.Combine(root, "runs"), "--quiet");
        return run.ExitCode == ExitCodes.Success ? root : throw new InvalidOperationException(run.Error);
    });

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-export-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [OneTimeTearDown]
    public void DeleteTrained()
    {
        if (Trained.IsValueCreated) Directory.Delete(Trained.Value, recursive: true);
    }

    [Test]
    public void Every_format_has_the_values_of_the_trained_network_under_the_names_of_CLIMS()
    {
        using var scope = NewDisposeScope();
        var trained = Directory.GetFiles(Path.Combine(Trained.Value, "runs"), "clims.last.safetensors", SearchOption.AllDirectories).Single();
        var expected = Safetensors.Read(trained);
        foreach (var (format, file) in new[] { ("safetensors", "x.safetensors"), ("pytorch", "x.pth"), ("onnx", "x.onnx") })
        {
            Succeed(Export(format, "--output", At(file)));
            using var weights = WeightFile.Open(At(file));

            Assert.That(expected.All(weight => weights.Tensors[CamCheckpoint.ToClims(weight.Key)[0]].Read().Equals(weight.Value)), format);
            Assert.That(weights.Tensors, Has.Count.EqualTo(format == "pytorch" ? 3 * (expected.Count - 1) + 2 : expected.Count), format);
        }

        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "x.safetensors", "x.safetensors.md", "x.pth", "x.pth.md", "x.onnx", "x.onnx.md" }));
    }

    [Test]
    public void A_model_that_is_converted_is_what_is_exported_as_safetensors()
    {
        Succeed(Export("onnx", "--output", At("x.onnx")));
        Succeed(Export("safetensors", "--output", At("x.safetensors")));

        Succeed(PoleInProcess.Run(FuzzExperiments.All, "weights", "convert", At("x.onnx"), At("converted.safetensors")));

        Assert.That(FileHash.Sha256(At("converted.safetensors")), Is.EqualTo(FileHash.Sha256(At("x.safetensors"))));
        Assert.That(PoleInProcess.Run(FuzzExperiments.All, "weights", "inspect", At("x.onnx")).Output, Does.Match("kind +Onnx").And.Match("architecture +CLIMS CAM network on ResNet with 1, 1, 1, 1 blocks"));
    }

    [Test]
    public void An_ONNX_model_is_checked_and_says_what_it_is_fed_with()
    {
        var run = Succeed(Export("onnx", "--check", "--output", At("x.onnx")));
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(At("x.onnx")));

        Assert.That(run.Output, Does.Match(@"ONNX Runtime [\d.]+: largest difference cams \d(\.\d)?e[-+]\d+, logits \d(\.\d)?e[-+]\d+ on 2 images"));
        Assert.That(model.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value), Is.SupersetOf(new Dictionary<string, string>
        {
            ["experiment"] = FuzzExperiments.Shapes, ["network"] = "clims", ["classes"] = """["boat","fish","train","car","bird","flower"]""", ["channels"] = "RGB", ["mean"] = "[0.485, 0.456, 0.406]", ["std"] = "[0.229, 0.224, 0.225]",
        }));
        Assert.That(model.Graph.Input.Single().Name, Is.EqualTo("images"));
        Assert.That(model.Graph.Output.Select(output => output.Name), Is.EqualTo(new[] { "cams", "logits" }));
        Assert.That(File.ReadAllText(At("x.onnx.md")), Does.Contain("ONNX Runtime").And.Contain("on 2 images and their mirror images"));
    }

    [Test]
    public void The_folder_of_a_run_is_enough_and_a_model_is_checked_on_images_from_anywhere()
    {
        var run = Path.GetDirectoryName(Directory.GetFiles(Path.Combine(Trained.Value, "runs"), "result.json", SearchOption.AllDirectories).Single())!;
        Directory.CreateDirectory(At("images"));
        Data.Imaging.ImageCodec.WriteJpeg(At("images/a.jpg"), new RgbImage(70, 50, [.. Enumerable.Range(0, 70 * 50 * 3).Select(value => (byte)(value * 31))]));

        var export = Succeed(PoleInProcess.Run([], "export", run, "--format", "onnx", "--check", "--images", At("images"), "--output", At("x.onnx"), "--store", At("empty")));

        Assert.That(export.Output, Does.Contain(" on 1 images"));
        Assert.That(ModelProto.Parser.ParseFrom(File.ReadAllBytes(At("x.onnx"))).MetadataProps.Single(entry => entry.Key == "fingerprint").Value, Is.EqualTo(FuzzExperiments.OnShapes.Fingerprint));
        Assert.That(File.ReadAllText(At("x.onnx.md")), Does.Contain("```yaml\n# fuzz/shapes, fingerprint "));
    }

    [Test]
    public void A_model_card_says_what_the_network_was_made_from_and_how_good_it_is()
    {
        Succeed(Export("pytorch", "--output", At("x.pth")));
        var card = File.ReadAllText(At("x.pth.md"));

        Assert.That(card, Does.StartWith("# fuzz/shapes: clims\n").And.Contain(FuzzExperiments.OnShapes.Fingerprint).And.Contain(FileHash.Sha256(At("x.pth"))));
        Assert.That(card, Does.Contain("| CAM, threshold ").And.Contain("| CAM, best threshold ").And.Contain(", an upper bound | val, masks SegmentationClass | 2 |"));
        Assert.That(card, Does.Match(@"\| train\.images \| [0-9a-f]{64} \|").And.Contain("```yaml\n# fuzz/shapes, fingerprint ").And.Contain("whose images and labels have terms of their own. No published weights were read for it."));
        Assert.That(card, Does.Contain($"```sh\npole run fuzz/shapes\npole export fuzz/shapes --format pytorch --output {At("x.pth")} "));
    }

    [Test]
    public void The_baseline_of_a_longer_chain_is_exported_by_its_stage_and_has_no_scores()
    {
        Succeed(Export("safetensors", "--network", "baseline", "--output", At("x.safetensors")));

        Assert.That(File.ReadAllText(At("x.safetensors.md")), Does.Contain("# fuzz/shapes: baseline").And.Contain("None: the experiment measures the network that is trained of this one."));
    }

    [Test]
    public void The_same_export_may_be_written_again_and_another_may_not()
    {
        Succeed(Export("safetensors", "--output", At("x.safetensors")));
        Succeed(Export("safetensors", "--output", At("x.safetensors")));
        var before = FileHash.Sha256(At("x.safetensors"));

        var other = Export("safetensors", "--network", "baseline", "--output", At("x.safetensors"));

        Assert.That(other.ExitCode, Is.EqualTo(ExitCodes.Failure));
        Assert.That(other.Error, Does.StartWith($"error: {At("x.safetensors")} is there already and is something else; move it away, or give another file with --output"));
        Assert.That(FileHash.Sha256(At("x.safetensors")), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_file_in_the_place_of_the_model_card_that_is_none_stays()
    {
        File.WriteAllText(At("x.safetensors.md"), "# My notes\n");

        Assert.That(Export("safetensors", "--output", At("x.safetensors")).Error, Is.EqualTo($"error: {At("x.safetensors.md")} is there already and is not the card of this network, which goes there; move it away, or give another file with --output\n"));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));
        Assert.That(File.ReadAllText(At("x.safetensors.md")), Is.EqualTo("# My notes\n"));
    }

    [Test]
    public void A_segmentation_network_is_what_is_exported_where_there_is_one()
    {
        _ = SmokeRun.Folder;
        var run = PoleProcess.Run("pole", "export", SmokeRun.Name, "--format", "onnx", "--output", At("x.onnx"), "--store", SmokeRun.Store, "--runs", SmokeRun.Runs);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(At("x.onnx")));

        Assert.That(model.Graph.Output.Single().Name, Is.EqualTo("logits"));
        Assert.That(JsonSerializer.Deserialize<string[]>(model.MetadataProps.Single(entry => entry.Key == "labels").Value)![0], Is.EqualTo("background"));
        Assert.That(File.ReadAllText(At("x.onnx.md")), Does.Contain("| segmentation |"));
    }

    [Test]
    public void A_check_without_ONNX_Runtime_says_how_to_get_it()
    {
        _ = SmokeRun.Folder;
        var run = PoleProcess.Run("pole", "export", SmokeRun.Name, "--format", "onnx", "--check", "--output", At("x.onnx"), "--store", At("store"), "--runs", SmokeRun.Runs);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Failure));
        Assert.That(run.Error, Is.EqualTo("error: --check needs ONNX Runtime, which is not part of pole: add it to the project of the experiments (dotnet add package Microsoft.ML.OnnxRuntime) and build again"));
    }

    [Test]
    public void What_cannot_be_exported_is_one_error()
    {
        Assert.That(Export("safetensors", "--network", "segmentation", "--output", At("x")).Error, Does.Contain("fuzz/shapes has no network 'segmentation'; it has baseline, clims"));
        Assert.That(PoleInProcess.Run(FuzzExperiments.All, "export", FuzzExperiments.Shapes, "--format", "onnx", "--images", At("images")).Error, Does.Contain("--images is for --check"));
        Assert.That(PoleInProcess.Run(FuzzExperiments.All, "export", FuzzExperiments.Shapes, "--format", "onnx", "--store", At("empty"), "--runs", At("no-runs"), "--output", At("x")).Error, Does.Contain("fuzz/shapes has no run in"));
        Assert.That(Export("pytorch", "--check").ExitCode, Is.EqualTo(ExitCodes.WrongCommandLine));
        Assert.That(Directory.GetFiles(folder), Is.Empty);
    }

    [Test]
    public void A_module_without_a_graph_is_named_at_its_line_and_exported_as_weights()
    {
        var experiment = FuzzExperiments.OnShapes with { Name = "fuzz/patches", Backbone = new PatchesOptions(), Clip = null, Prompt = null, Objective = null, Clims = null, Refinement = null, Origins = new SpecOrigins("backbone\tspecs/patches.yaml\t3\t11\n") };
        CompiledExperiment[] experiments = [new(experiment.Name, null, _ => experiment)];
        string[] places = ["--store", At("store"), "--runs", At("runs")];
        Succeed(PoleInProcess.Run(experiments, ["run", experiment.Name, "--quiet", .. places]));

        var onnx = PoleInProcess.Run(experiments, ["export", experiment.Name, "--format", "onnx", "--output", At("x.onnx"), .. places]);
        Assert.That(onnx.Error, Does.StartWith("error: specs/patches.yaml(3,11): Patches cannot be exported as ONNX: its class Patches does not implement IOnnxExport"));
        Assert.That(File.Exists(At("x.onnx")), Is.False);

        Succeed(PoleInProcess.Run(experiments, ["export", experiment.Name, "--format", "safetensors", "--output", At("x.safetensors"), .. places]));
        using var weights = WeightFile.Open(At("x.safetensors"));
        Assert.That(weights.Tensors.Keys, Is.EquivalentTo(new[] { "backbone.patches.weight", "backbone.patches.bias", "classifier.weight" }));
    }

    private static PoleInProcess Export(string format, params string[] more) =>
        PoleInProcess.Run(FuzzExperiments.All, ["export", FuzzExperiments.Shapes, "--format", format, .. more, "--store", Path.Combine(Trained.Value, "store"), "--runs", Path.Combine(Trained.Value, "runs")]);

    private static PoleInProcess Succeed(PoleInProcess run)
    {
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run;
    }

    private string At(string path) => Path.Combine(folder, path);

    /// <summary>A backbone of one's own that writes no graph.</summary>
    [PoleModule("patches")]
    private sealed record PatchesOptions : IModuleOptions<Backbone>, IBackboneShape
    {
        public BackboneShape Shape => new(Stride: 16, HasStages: false, PixelNormalisation.ImageNet);

        public Backbone Create(ModuleContext context) => new Patches();
    }

    private sealed class Patches : Backbone
    {
        private readonly TorchSharp.Modules.Conv2d patches;

        public Patches() : base("Patches") => register_module("patches", patches = nn.Conv2d(3, OutputChannels, 16, stride: 16));

        public override int OutputChannels => 8;

        public override int Stride => 16;

        public override Tensor forward(Tensor images) => patches.call(images).relu_();
    }
}
