using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Pole.Build.Tests;

/// <summary>Stages of a researcher's own project: the example of docs/adding-a-module.md, as it stands there, and one that trains.</summary>
[Explicit("takes a minute; .ci/run runs it"), Category("Slow")]
public sealed partial class OutsideStageTests
{
    private const string Reference = "reference";

    /// <summary>Enough kills to hit the stage that works image by image and the one that trains.</summary>
    private const int Kills = 4;

    private OutsideProject project = null!;
    private string faults = "";

    [OneTimeSetUp]
    public void BuildProject()
    {
        project = new OutsideProject();
        project.Write("modules/My.Modules.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup>
                <ProjectReference Include="{OutsideProject.Repository}/src/Pole.Pipeline/Pole.Pipeline.csproj" />
                <ProjectReference Include="{OutsideProject.Repository}/generators/Pole.Generators/Pole.Generators.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
              </ItemGroup>
            </Project>
            """);
        project.Write("modules/SharpenStage.cs", OutsideProject.Documented("A stage of your own"));
        project.Write("modules/RelabelStage.cs", """
            using Pole;
            using Pole.Data.Imaging;
            using Pole.Data.Loading;
            using Pole.Pipeline.Stages;
            using Pole.Pipeline.Training;
            using Pole.Zoo.Segmentation;
            using TorchSharp;
            using static TorchSharp.torch;

            namespace My.Modules;

            /// <summary>Learns masks from colours, and replaces them by what it learned.</summary>
            [PoleModule("relabel")]
            public sealed record RelabelOptions : IModuleOptions<Stage>
            {
                public required TrainingOptions Training { get; init; }

                public Stage Create(ModuleContext context) => new RelabelStage(Training);
            }

            internal sealed class RelabelStage(TrainingOptions training) : Stage
            {
                private static readonly SpecValue<int> Seed = SpecValue.Of(experiment => experiment.Seed);

                public override string Name => "relabel";

                public override int Version => 1;

                public override IReadOnlyList<SpecValue> Reads => [Seed];

                public override IReadOnlyList<TakenSlot> Takes => [Slots.Masks];

                public override IReadOnlyList<FilledSlot> Fills => [FilledSlot.Of(Slots.Masks, (_, folder) => new MaskSet(folder))];

                public override IReadOnlyList<DataInput> Data => [DataInput.Train(SampleParts.Images)];

                public override void Produce(StageRun run, StageWork work)
                {
                    var (seed, samples, labels) = (run.Spec.Read(Seed), run.Samples(run.Dataset.TrainSplit), run.Dataset.Classes.Count + 1);
                    var masks = new LabelFolder(run.Take(Slots.Masks).Folder);
                    random.manual_seed(seed);
                    using var network = nn.Conv2d(3, labels, 3, padding: 1);
                    network.to(run.Modules.Device);
                    var batches = new LabelledBatches(samples, masks.Read, labels, PixelNormalisation.ImageNet, training, seed);
                    var steps = training.Steps(batches.Count);
                    using var optimizer = TrainingOptimizer.Create([new(network.parameters(), training.LearningRate, training.WeightDecay)], training, steps, run.Modules);
                    TrainingLoop.Run(new TrainingState(network, optimizer), batches, steps, training.Accumulate, batch => PyramidLoss.Compute([network.call(batch.Images().to(run.Modules.Device))], batch.Labels), run.Session(work));
                    using var noGradient = no_grad();
                    foreach (var sample in samples)
                    {
                        using var scope = NewDisposeScope();
                        var image = sample.LoadImage();
                        var map = network.call(ImageTensors.Normalised(image).unsqueeze(0).to(run.Modules.Device)).argmax(1).ToIntegers();
                        new LabelFolder(work.Folder).Write(sample, new LabelMap(image.Width, image.Height, [.. map.Select(label => (byte)label)]));
                    }
                }
            }
            """);
        project.Write("experiments/base/small.yaml", """
            description: A base, with images for three blocks.
            dataset: { name: shapes, train-images: 300, evaluation-images: 4, side: 32 }
            backbone: { name: resnet, width: 4 }
            baseline: { iterations: 3, batch-size: 8, learning-rate: 0.01, augmentation: { name: random-long-side, from: 32, to: 32 }, crop: 32 }
            cam: { scales: [1], threshold: 0.3 }
            """);
        WriteSpec("weak", "stages: [{ name: sharpen, strenght: 2 }, { name: sharpen, strength: 9 }]");
        faults = project.Build([]);
        WriteSpec("weak", Chain(0.5));
        WriteSpec("strong", Chain(3));
        WriteSpec("parts", "stages: [{ name: sharpen, strength: 1 }]\nsweep: { stages.sharpen.strength: [1.5] }");
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        Pole("run", "mine/weak", Reference);
    }

    [OneTimeTearDown]
    public void DeleteFolder() => project.Dispose();

    [Test]
    public void A_wrong_option_is_an_error_at_its_line_and_column()
    {
        Assert.That(faults, Does.Match(@"mine/weak\.yaml\(3,27\): error POLE0002: unknown key 'strenght' in 'stages\[0\]'; did you mean 'strength'\?").And.Contain("error POLE0006: the key 'strength' is missing in 'stages[0]'"));
        Assert.That(faults, Does.Match(@"mine/weak\.yaml\(3,69\): error POLE0004: 'stages\[1\]\.strength' is 9; it can be 0 to 4"));
    }

    [Test]
    public void An_option_of_the_stage_decides_what_comes_after_it_and_nothing_before()
    {
        CopyStore(Reference, "both");
        Assert.That(Pole("cache explain", "mine/strong", "both"), Does.Match(@"sharpen: to compute, key \w+\n +the nearest stored result, \w+, differs in\n +stages\.sharpen\.strength: 0\.5 → 3\n").And.Contain("baseline: stored in"));

        var output = Pole("run", "mine/strong", "both");

        Assert.That(StoredStages().Matches(output).Select(match => match.Groups[1].Value), Is.EqualTo(new[] { "baseline", "evaluation" }));
        Assert.That(StagesIn("both").Select(Path.GetFileName), Is.EquivalentTo(new[] { "baseline", "evaluation", "mask-evaluation", "pseudo-masks", "relabel", "segmentation", "segmentation-evaluation", "sharpen" }));
        foreach (var stage in StagesIn("both").Where(stage => Path.GetFileName(stage) is not ("baseline" or "evaluation")))
        {
            var (one, other) = Directory.GetDirectories(stage) is [var first, var second] ? (Files(first), Files(second)) : throw new AssertionException($"{stage} has not two results");
            Assert.That(one.Keys, Is.EquivalentTo(other.Keys), stage);
            Assert.That(one.Where(file => file.Value != other[file.Key]), Is.Not.Empty, stage);
        }
    }

    [Test]
    public void A_difference_names_the_stage_and_those_after_it()
    {
        var (code, output) = ToolProcess.Run(project.Executable("pole"), project.Folder, ["diff", "mine/weak", "mine/strong"]);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.EqualTo("""
            mine/weak → mine/strong
                stages[0].strength: 0.5 → 3  (mine/weak.yaml:3 → mine/strong.yaml:3)
                to compute again: sharpen, pseudo-masks, relabel, mask-evaluation, segmentation, segmentation-evaluation

            """));
    }

    [Test]
    public void A_run_that_is_killed_in_the_stages_ends_with_the_bytes_of_one_that_was_not()
    {
        var expected = Results(Reference);
        Assert.That(expected.Keys, Has.Some.Match(@"^sharpen.*\.safetensors$").And.Some.Match(@"^relabel.*best\.safetensors$"));
        var (random, kills) = (new Random(1), new List<string>());
        while (kills.Count < Kills)
        {
            using var process = Start("killed");
            var wanted = kills.Count < Kills / 2 ? "sharpen" : "relabel";
            while (!IsAtWork("killed", wanted)) Assert.That(process.WaitForExit(2), Is.False, $"it was not killed in {wanted}");
            if (process.WaitForExit(random.Next(60))) break;
            process.Kill();
            process.WaitForExit();
            kills.Add(IsAtWork("killed", wanted) ? wanted : "behind");
        }

        using var last = Start("killed");
        Assert.That(last.WaitForExit(TimeSpan.FromMinutes(2)));
        TestContext.Out.WriteLine(string.Join(", ", kills));
        Assert.That(last.ExitCode, Is.Zero);
        Assert.That(kills, Has.Some.EqualTo("sharpen").And.Some.EqualTo("relabel"));
        Assert.That(Results("killed"), Is.EqualTo(expected));
    }

    [Test]
    public void A_launch_works_on_the_stage_in_parts()
    {
        CopyStore(Reference, "launched");
        project.Write("machine.yaml", "stages: { sharpen: { shards: 2 } }\n");

        var output = Pole("sweep", "mine/parts", "launched", "--launcher", "local", "--machine", "machine.yaml");

        Assert.That(output, Does.Contain("sharpen: 2 tasks").And.Contain("sharpen: mine/parts/strength-1.5 1/2: done").And.Contain("sharpen: mine/parts/strength-1.5 2/2: done"));
        Assert.That(Directory.GetFiles(Directory.GetDirectories(Path.Combine(Stages("launched"), "sharpen")).MaxBy(Directory.GetCreationTimeUtc)!, "*.safetensors"), Has.Length.EqualTo(300));
    }

    [GeneratedRegex(@"^ *(?:\[\d+/\d+\] )?(\S+): stored", RegexOptions.Multiline)]
    private static partial Regex StoredStages();

    private static string Chain(double strength) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""
        stages: [{ name: sharpen, strength: {{strength}} }, { name: relabel, training: { iterations: 40, batch-size: 8, learning-rate: 0.1, augmentation: { name: random-long-side, from: 32, to: 32 }, crop: 32 } }]
        segmentation:
          network: { name: deeplab-v3-plus, channels: 8, low-level-channels: 4 }
          training: { iterations: 3, batch-size: 8, learning-rate: 0.01, optimizer: sgd, augmentation: { name: random-long-side, from: 32, to: 32 }, crop: 32 }
        """);

    private void WriteSpec(string name, string yaml) => project.Write($"experiments/mine/{name}.yaml", $"extends: ../base/small.yaml\ndescription: An experiment with stages of its own.\n{yaml}\n");

    private string[] Arguments(string command, string experiment, string store) => [.. command.Split(' '), experiment, "--threads", "1", "--device", "cpu", "--store", StoreOf(store)];

    private string Pole(string command, string experiment, string store, params string[] more)
    {
        var (code, output) = ToolProcess.Run(project.Executable("pole"), project.Folder, [.. Arguments(command, experiment, store), .. more]);
        Assert.That(code, Is.Zero, output);
        return output;
    }

    private Process Start(string store) =>
        Process.Start(new ProcessStartInfo(project.Executable("pole"), [.. Arguments("run", "mine/weak", store), "--quiet", "--checkpoint-steps", "1", "--runs", Path.Combine(project.Folder, $"{store}-runs")]) { WorkingDirectory = project.Folder })!;

    private bool IsAtWork(string store, string stage) => Directory.Exists(Path.Combine(Stages(store), stage)) && Directory.EnumerateDirectories(Path.Combine(Stages(store), stage), "*.checkpoint").Any();

    private string StoreOf(string store) => Path.Combine(project.Folder, store);

    private string Stages(string store) => Path.Combine(StoreOf(store), "stages");

    private string[] StagesIn(string store) => Directory.GetDirectories(Stages(store));

    private void CopyStore(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(StoreOf(from), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(StoreOf(to), Path.GetRelativePath(StoreOf(from), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Hash of every file of every stage's result.</summary>
    private SortedDictionary<string, string> Results(string store) => Files(Stages(store));

    private static SortedDictionary<string, string> Files(string folder) => new(Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))), StringComparer.Ordinal);
}
