using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pole.Build.Tests;

/// <summary>A module of every kind from outside, in one project that <c>dotnet new pole</c> made: the files of docs/adding-a-module.md, as they stand there.</summary>
[Explicit("takes minutes; .ci/run runs it"), Category("Slow")]
public sealed partial class EveryKindTests
{
    private const string Reference = "reference", Everything = "mine/everything";

    private static readonly string[] Pages =
    [
        "A backbone of your own", "A data set of your own", "A CAM network of your own", "A training-free source of CAMs of your own", "A CLIP of your own", "A prompt learner of your own", "A selection rule of your own",
        "An objective term of your own", "An adaptor of your own", "An optimiser, a schedule and an augmentation of your own", "Affinities of your own", "A refinement step of your own", "A segmentation network of your own",
        "A metric of your own", "A stage of your own", "A launcher of your own",
    ];

    private const string AfterMasks = "segmentation, segmentation-evaluation", Refined = $"pseudo-masks, mask-evaluation, {AfterMasks}", Judged = $"confident-labels, affinity, {Refined}", Trained = $"clims, sharpen, evaluation, {Judged}", All = $"baseline, masked-features, selection, {Trained}";

    /// <summary>Changes of <c>mine/everything</c>, each of which takes one module out, or gives it another option where nothing can stand in its place, with the stages that they change.</summary>
    private static readonly (string Name, string Yaml, string Affected)[] Without =
    [
        ("dataset", "dataset: { images: 12 }", All),
        ("backbone", "backbone: { name: resnet, width: 4 }", All),
        ("cam-network", "cam: { network: ~ }", All),
        ("clip", "clip: ~\nprompt: ~\nobjective: ~\nclims: ~\nadaptor: ~", $"sharpen, evaluation, {Judged}"),
        ("prompt-learner", "prompt: { learner: ~ }", Trained),
        ("selection-rule", "prompt: { selection: { name: random, seed: 1 } }", $"selection, {Trained}"),
        ("objective-term", "objective: { terms: { entropy: ~ } }", Trained),
        ("adaptor", "adaptor: { image: ~ }", Trained),
        ("optimizer", "clims: { optimizer: sgd }", Trained),
        ("schedule", "clims: { schedule: ~ }", Trained),
        ("augmentation", "clims: { augmentation: { name: random-long-side, from: 64, to: 80 } }", Trained),
        ("affinity", "refinement: { affinity: ~, training: ~, steps: { random-walk: ~ } }", Refined),
        ("refinement-step", "refinement: { steps: { majority: ~ } }", Refined),
        ("segmentation-network", "segmentation: { network: { name: deeplab-v1, rate: 1 } }", AfterMasks),
        ("metric", "metrics: ~", "evaluation, mask-evaluation, segmentation-evaluation"),
        ("stage", "stages: !remove [sharpen]", Judged),
    ];

    private PackagedProject project = null!;

    [OneTimeSetUp]
    public void BuildProject()
    {
        project = new PackagedProject();
        foreach (var (page, index) in Pages.Select((page, index) => (page, index))) project.Write($"Module{index}.cs", OutsideProject.Documented(page));
        project.Write("corpora/discs.yaml", "red: [red, a very dark red]\ngreen: [green, a very dark green]\nblue: [blue, a very dark blue]\n");
        project.Write($"{Everything}.yaml", """
            description: A module of every kind, none of them ours.
            dataset: { name: discs, images: 16 }
            backbone: { name: patches, width: 8 }
            baseline: { iterations: 60, batch-size: 4, learning-rate: 0.05, optimizer: sgd, augmentation: squash, crop: 64 }
            cam: { network: { name: hidden-head, channels: 8 }, scales: [1], threshold: 0.3 }
            clip: colour-clip
            prompt: { corpus: discs, synonyms: 2, selection: { name: clear-winner, margin: 0.01 }, learner: { name: shared-offset, rate: 100 } }
            objective: { terms: [otm, { name: entropy, weight: 0.5 }] }
            clims: { iterations: 60, batch-size: 4, learning-rate: 0.001, optimizer: sign-descent, schedule: thirds, augmentation: squash, crop: 64 }
            adaptor: { image: gain, rate: 100 }
            refinement:
              affinity: neighbours
              training: { iterations: 20, batch-size: 4, learning-rate: 0.05, optimizer: sgd, augmentation: squash, crop: 64 }
              steps: [{ name: random-walk, exp-times: 2 }, majority]
            segmentation:
              network: one-layer
              training: { iterations: 60, batch-size: 4, learning-rate: 0.05, optimizer: sgd, augmentation: squash, crop: 64 }
            metrics: [pixel-accuracy]
            stages: [{ name: sharpen, strength: 0.5 }]
            """);
        foreach (var (name, yaml, _) in Without) project.Write($"mine/without-{name}.yaml", $"extends: everything.yaml\ndescription: Without one of them.\n{yaml}\n");
        foreach (var (name, source) in new[] { ("narrow", "{ name: centre, deviation: 0.1 }"), ("wide", "{ name: centre, deviation: 0.5 }") })
            project.Write($"mine/{name}.yaml", $"description: CAMs without a training.\ndataset: {{ name: discs, images: 16 }}\ncam: {{ source: {source}, threshold: 0.5 }}\nmetrics: [pixel-accuracy]\n");
        project.Write("mine/points.yaml", "extends: narrow.yaml\ndescription: A sweep for a launcher.\nsweep: { cam.threshold: [0.4, 0.6] }\n");
        Assert.That(project.Build(), Does.Contain("0 Warning(s)"));
        Numbers(Everything, Reference);
    }

    [OneTimeTearDown]
    public void DeleteFolders() => project.Dispose();

    [Test]
    public void Every_kind_of_the_reference_has_one()
    {
        var kinds = KindRow().Matches(Pole("reference")).Select(row => (Kind: row.Groups[1].Value, Modules: row.Groups[2].Value)).ToList();
        var ours = KindRow().Matches(File.ReadAllText(Path.Combine(OutsideProject.Repository, "docs", "spec-reference.md"))).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value.Split(", "));

        Assert.That(kinds, Has.Count.GreaterThan(16));
        Assert.That(kinds.Where(kind => !kind.Modules.Split(", ").Except(ours[kind.Kind]).Any()).Select(kind => kind.Kind), Is.Empty);
    }

    private static IEnumerable<TestCaseData> Changes => Without.Select(change => new TestCaseData(change.Name, change.Affected).SetArgDisplayNames(change.Name));

    [TestCaseSource(nameof(Changes))]
    public void Each_changes_numbers_of_the_result_and_the_stages_that_build_on_it(string name, string affected)
    {
        Assert.That(Numbers($"mine/without-{name}", Reference), Is.Not.EqualTo(Numbers(Everything, Reference)));
        Assert.That(ToolProcess.Run(project.Executable("pole"), project.Folder, ["diff", Everything, $"mine/without-{name}"]).Output, Does.Contain($"to compute again: {affected}\n"));
    }

    [Test]
    public void A_term_is_measured_under_its_name() => Assert.That(File.ReadAllText(Directory.GetFiles(Path.Combine(project.Around, $"{Reference}-runs", Everything), "metrics.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First()), Does.Contain("\"loss.entropy\":"));

    [Test]
    public void A_source_of_CAMs_changes_numbers_of_the_result() => Assert.That(Numbers("mine/narrow", Reference), Is.Not.EqualTo(Numbers("mine/wide", Reference)));

    [Test]
    public void A_launcher_starts_the_tasks_of_a_sweep()
    {
        project.Write("machine.yaml", "script: { shell: /bin/sh }\n");
        Pole("sweep", "mine/points", "--launcher", "script", "--machine", "machine.yaml", "--store", Store(Reference), "--runs", Store("launched"));

        Assert.That(File.ReadAllLines(Directory.GetFiles(Store("launched"), "run.sh", SearchOption.AllDirectories).Single()), Has.Some.Contains("'points'"));
    }

    [Test]
    public void A_run_that_is_killed_in_its_trainings_ends_with_the_bytes_of_one_that_was_not()
    {
        var (random, kills) = (new Random(2), new List<string>());
        foreach (var stage in new[] { "baseline", "clims", "clims", "affinity", "segmentation" })
        {
            using var process = Process.Start(new ProcessStartInfo(project.Executable("pole"), Arguments(Everything, "killed")) { WorkingDirectory = project.Folder })!;
            while (!process.WaitForExit(2) && !IsAtWork(stage))
            {
            }

            if (process.WaitForExit(random.Next(20))) continue;
            process.Kill();
            process.WaitForExit();
            kills.Add(stage);
        }

        Numbers(Everything, "killed");
        TestContext.Out.WriteLine(string.Join(", ", kills));
        Assert.That(kills, Has.Count.GreaterThan(2));
        Assert.That(Results("killed"), Is.SubsetOf(Results(Reference)));
    }

    [GeneratedRegex(@"^\| \[(.+?)\]\(#modules-[^)]*\) \| `[^`]+` \| (.+?) \|", RegexOptions.Multiline)]
    private static partial Regex KindRow();

    private string Store(string name) => Path.Combine(project.Around, name);

    private string[] Arguments(string experiment, string store) => ["run", experiment, "--quiet", "--threads", "1", "--device", "cpu", "--checkpoint-steps", "1", "--store", Store(store), "--runs", Path.Combine(project.Around, $"{store}-runs")];

    private string Pole(params string[] arguments) => PackagedProject.Start(project.Executable("pole"), project.Folder, arguments);

    /// <summary>Everything of a result that was measured.</summary>
    private string Numbers(string experiment, string store)
    {
        var runs = Path.Combine(project.Around, $"{store}-runs", experiment);
        Pole(Arguments(experiment, store));
        var result = JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(runs, "result.json", SearchOption.AllDirectories)[0])).RootElement;
        return string.Join('\n', new[] { "score", "thresholds", "chain" }.Select(part => result.GetProperty(part).GetRawText()));
    }

    private bool IsAtWork(string stage) => Directory.Exists(Path.Combine(Store("killed"), "stages", stage)) && Directory.EnumerateDirectories(Path.Combine(Store("killed"), "stages", stage), "*.checkpoint").Any();

    /// <summary>Hash of every file of every stage's result.</summary>
    private IEnumerable<(string File, string Hash)> Results(string store) => Directory.GetFiles(Path.Combine(Store(store), "stages"), "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
        .Select(file => (Path.GetRelativePath(Store(store), file), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));
}
