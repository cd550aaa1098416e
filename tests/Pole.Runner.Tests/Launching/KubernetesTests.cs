using System.Text.RegularExpressions;
using CsCheck;
using k8s;
using k8s.Models;
using Pole.Runner.Launching.Kubernetes;

namespace Pole.Runner.Tests.Launching;

/// <summary>A sweep as indexed Jobs, read with the official client, which refuses what the API's schema has not.</summary>
public sealed class KubernetesTests
{
    private string folder = "";
    private Dictionary<string, V1Job> jobs = [];

    [OneTimeSetUp]
    public void Write()
    {
        folder = Directory.CreateTempSubdirectory("pole-kubernetes-").FullName;
        var profile = Path.Combine(folder, "machine.yaml");
        File.WriteAllText(profile, """
            parallel: 4
            grace: 90
            command: [pole]
            resources: { cpus: 8, memory: 32G, gpus: 1 }
            stages:
              evaluation: { gpus: 0, device: cpu, shards: 2 }
            kubernetes: { image: "registry/pole:1", claim: work, mount: /work, namespace: research }
            """);
        var run = PoleProcess.Run("pole", "sweep", "shapes/paper/losses", "--launcher", "kubernetes", "--machine", profile, "--store", Path.Combine(folder, "store"), "--runs", Path.Combine(folder, "it's", "runs"));
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        LaunchFolder = run.Output.Split('\n')[^1];
        jobs = Directory.GetFiles(LaunchFolder, "*.yaml").ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => KubernetesYaml.Deserialize<V1Job>(File.ReadAllText(file), strict: true));
    }

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    private string LaunchFolder { get; set; } = "";

    [Test]
    public void The_schema_is_strict() => Assert.That(() => KubernetesYaml.Deserialize<V1Job>("apiVersion: batch/v1\nkind: Job\nspec: { completion: 1 }", strict: true), Throws.Exception);

    [Test]
    public void Every_step_is_a_Job_with_an_index_for_each_task()
    {
        Assert.That(jobs.Keys, Is.EquivalentTo(new[] { "clip", "baseline", "clims", "evaluation", "masked-features", "selection", "points", "report" }));
        foreach (var job in jobs.Values) Assert.That((job.ApiVersion, job.Kind, job.Spec.CompletionMode, job.Metadata.NamespaceProperty), Is.EqualTo(("batch/v1", "Job", "Indexed", "research")));
        Assert.That((jobs["clims"].Spec.Completions, jobs["clims"].Spec.Parallelism), Is.EqualTo((40, 4)));
    }

    [Test]
    public void Stages_that_work_image_by_image_are_in_shards() => Assert.That(jobs["evaluation"].Spec.Completions, Is.EqualTo(80));

    [Test]
    public void A_task_that_fails_ends_neither_the_others_nor_is_it_tried_again_and_one_that_was_stopped_goes_on()
    {
        var spec = jobs["clims"].Spec;

        Assert.That(spec.MaxFailedIndexes, Is.EqualTo(40));
        Assert.That(spec.PodFailurePolicy.Rules.Select(rule => rule.Action), Is.EqualTo(new[] { "Ignore", "FailIndex" }));
        Assert.That(spec.PodFailurePolicy.Rules[1].OnExitCodes.Values, Is.EqualTo(new[] { 1, 2 }));
        Assert.That((spec.BackoffLimitPerIndex, spec.Template.Spec.TerminationGracePeriodSeconds), Is.EqualTo(((int?)50, (long?)90)));
    }

    [Test]
    public void A_pod_has_the_resources_of_its_stage_and_the_shared_volume()
    {
        var (training, evaluation) = (jobs["clims"].Spec.Template.Spec.Containers[0], jobs["evaluation"].Spec.Template.Spec.Containers[0]);

        Assert.That(training.Resources.Limits.ToDictionary(limit => limit.Key, limit => limit.Value.ToString()), Is.EqualTo(new Dictionary<string, string> { ["cpu"] = "8", ["memory"] = "32Gi", ["nvidia.com/gpu"] = "1" }));
        Assert.That(evaluation.Resources.Limits.Keys, Is.EquivalentTo(new[] { "cpu", "memory" }));
        Assert.That((training.Image, training.VolumeMounts[0].MountPath, jobs["clims"].Spec.Template.Spec.Volumes[0].PersistentVolumeClaim.ClaimName), Is.EqualTo(("registry/pole:1", "/work", "work")));
    }

    [Test]
    public void A_pod_runs_the_task_of_its_index()
    {
        var command = jobs["evaluation"].Spec.Template.Spec.Containers[0].Command;

        Assert.That(command.Take(2), Is.EqualTo(new[] { "/bin/sh", "-c" }));
        Assert.That(command[2], Does.StartWith("exec 'pole' 'sweep' 'task' ").And.Contain(@"/it'\''s/runs/launches/").And.Contain(" 'evaluation' $$JOB_COMPLETION_INDEX ").And.EndWith(" '--device=cpu' '--threads=8'"));
    }

    /// <summary>What a text must not become on its way through YAML, Kubernetes' own expansion and a shell.</summary>
    private static readonly Gen<string> Text = Gen.OneOf(Gen.Const("$(HOME)"), Gen.Const("$$"), Gen.Const("null"), Gen.Const("1e3"), Gen.Const("yes"), Gen.Const("0x1F"), Gen.Const("~"), Gen.Const("- a"), Gen.Const("a: b"), Gen.Const("{}"), Gen.Const(" #"), Gen.Const("---"),
        Gen.Char["=+-@,;:\"'`\\|/&%$#_{}[]()<>*~^!? \t…äß語\u0085\u2028"].Array[0, 8].Select(characters => new string(characters)), Gen.Char['a', 'z'].Array[1, 4].Select(characters => new string(characters))).Array[1, 3].Select(parts => string.Concat(parts));

    [Test]
    public void Every_text_reaches_the_pod_as_it_is() => Gen.Select(Text, Text, Text).Sample((setup, word, image) =>
    {
        var launch = Launch(setup, new LaunchStep("clims", [], [new LaunchTask("a", "a.log")], new StageResources(), new TaskCommand(["pole", word], [word])));
        new KubernetesJobs(launch, new KubernetesOptions { Image = image, Claim = "work", Mount = image }).Write();
        var container = KubernetesYaml.Deserialize<V1Job>(File.ReadAllText(Path.Combine(folder, "clims.yaml")), strict: true).Spec.Template.Spec.Containers[0];

        Assert.That((container.Image, container.VolumeMounts[0].MountPath), Is.EqualTo((image, image)));
        Assert.That(Expand(container.Command[2]), Is.EqualTo($"{(setup.Length > 0 ? setup.TrimEnd() + "\n" : "")}exec 'pole' {ShellText.Quote(word)} $JOB_COMPLETION_INDEX {ShellText.Quote(word)}"));
    }, threads: 1);

    [Test]
    public void The_name_of_a_Job_stays_within_its_limit_and_its_own()
    {
        var stages = new[] { "a", "b" }.Select(end => new string('x', 80) + end).ToList();
        var launch = Launch("", [.. stages.Select(stage => new LaunchStep(stage, [], [new LaunchTask("a", "a.log")], new StageResources(), new TaskCommand(["pole"], [])))]);
        new KubernetesJobs(launch, new KubernetesOptions { Image = "a", Claim = "work", Mount = "/a" }).Write();
        var names = stages.Select(stage => KubernetesYaml.Deserialize<V1Job>(File.ReadAllText(Path.Combine(folder, $"{stage}.yaml")), strict: true).Metadata.Name).ToList();

        Assert.That(names, Is.Unique.And.All.Matches("^[a-z0-9-]{1,55}$"));
    }

    private Launch Launch(string setup, params LaunchStep[] steps) => new() { Folder = folder, Sweeps = ["a"], Steps = steps, Setup = setup, Parallel = null, Threads = null, Devices = null, Requeues = 0, Grace = 0, IsDryRun = true };

    /// <summary>As Kubernetes' documentation says of a container's command: $(NAME) is a variable's value, two dollar signs are one.</summary>
    private static string Expand(string command) => Regex.Replace(command, @"\$\$|\$\([^)]*\)", match => match.Value == "$$" ? "$" : "EXPANDED");

    [Test]
    public void The_script_applies_a_step_after_those_that_it_builds_on()
    {
        var lines = File.ReadAllLines(Path.Combine(LaunchFolder, "apply.sh"));
        var name = $"pole-{Path.GetFileName(LaunchFolder).ToLowerInvariant()}";
        var at = Array.IndexOf(lines, "kubectl --namespace 'research' apply -f masked-features.yaml");

        Assert.That(lines[at - 1], Is.EqualTo($"ended {name}-clip {name}-baseline"));
        Assert.That(jobs["clip"].Metadata.Name, Is.EqualTo($"{name}-clip").And.Matches("^[a-z0-9-]{1,63}$"));
    }
}
