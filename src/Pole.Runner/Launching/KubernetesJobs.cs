using System.Globalization;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Pole.Runner.Launching;

/// <summary>A launch as Kubernetes Jobs with indexed completions, one a step, and a script that applies them in order (https://kubernetes.io/docs/concepts/workloads/controllers/job/).</summary>
internal sealed class KubernetesJobs(LaunchFolder folder, MachineProfile profile, TaskArguments arguments)
{
    private const string Index = "$JOB_COMPLETION_INDEX", Volume = "work", Container = "pole";

    private readonly KubernetesOptions options = profile.Kubernetes ?? throw new ExperimentException("--launcher kubernetes needs a machine profile with 'kubernetes': its image, claim and mount");

    public void Write()
    {
        foreach (var step in folder.Plan.Steps) File.WriteAllText(folder.FileOf(FileOf(step)), Manifest(step));
        File.WriteAllText(folder.FileOf("apply.sh"), Script());
    }

    public string Manifest(LaunchStep step) => new SerializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).ConfigureDefaultValuesHandling(DefaultValuesHandling.OmitNull).DisableAliases().Build().Serialize(new
    {
        ApiVersion = "batch/v1",
        Kind = "Job",
        Metadata = new { Name = NameOf(step), options.Namespace },
        Spec = new
        {
            CompletionMode = "Indexed",
            Completions = step.Tasks.Count,
            Parallelism = Math.Min(step.Tasks.Count, profile.Parallel ?? step.Tasks.Count),
            // A task that fails does not end the others.
            BackoffLimitPerIndex = profile.Requeues,
            MaxFailedIndexes = step.Tasks.Count,
            PodFailurePolicy = new
            {
                Rules = new object[]
                {
                    new { Action = "Ignore", OnPodConditions = new[] { new { Type = "DisruptionTarget", Status = "True" } } },
                    new { Action = "FailIndex", OnExitCodes = new { ContainerName = Container, Operator = "In", Values = new[] { ExitCodes.Failure, ExitCodes.WrongCommandLine } } },
                },
            },
            Template = new
            {
                Spec = new
                {
                    RestartPolicy = "Never",
                    TerminationGracePeriodSeconds = profile.Grace,
                    Containers = new[]
                    {
                        new
                        {
                            Name = Container,
                            options.Image,
                            Command = new[] { "/bin/sh", "-c", $"{(profile.Setup.Length > 0 ? profile.Setup.TrimEnd() + "\n" : "")}exec {ShellText.Line(arguments.Of(step, Index), Index)}" },
                            Resources = new { Limits = Limits(profile.Of(step.Name)) },
                            VolumeMounts = new[] { new { Name = Volume, MountPath = options.Mount } },
                        },
                    },
                    Volumes = new[] { new { Name = Volume, PersistentVolumeClaim = new { ClaimName = options.Claim } } },
                },
            },
        },
    });

    private static Dictionary<string, string> Limits(StageResources resources)
    {
        var limits = new Dictionary<string, string>();
        if (resources.Cpus is { } cpus) limits["cpu"] = cpus.ToString(CultureInfo.InvariantCulture);
        if (resources.Memory is { } memory) limits["memory"] = string.Create(CultureInfo.InvariantCulture, $"{memory}Mi");
        if (resources.Gpus is > 0 and var gpus) limits["nvidia.com/gpu"] = gpus.ToString(CultureInfo.InvariantCulture);
        return limits;
    }

    /// <summary>Kubernetes has no order between Jobs: the script waits.</summary>
    private string Script()
    {
        var kubectl = options.Namespace is { } space ? $"kubectl --namespace {ShellText.Quote(space)}" : "kubectl";
        var lines = new List<string>
        {
            "#!/bin/sh", "# Applies the steps in order, each after those that it builds on. Started again, it goes on.", "set -e", "cd \"$(dirname \"$0\")\"", "",
            "ended() {", "  for job in \"$@\"; do", $"    until {kubectl} get job \"$job\" -o jsonpath='{{.status.conditions[?(@.status==\"True\")].type}}' | grep -q -E 'Complete|Failed'; do sleep 10; done", "  done", "}", "",
        };
        foreach (var step in folder.Plan.Steps)
        {
            if (step.After.Count > 0) lines.Add($"ended {string.Join(' ', folder.Plan.Steps.Where(other => step.After.Contains(other.Name)).Select(NameOf))}");
            lines.Add($"{kubectl} apply -f {FileOf(step)}");
        }

        return string.Join('\n', [.. lines, $"ended {NameOf(folder.Plan.Steps[^1])}", ""]);
    }

    private static string FileOf(LaunchStep step) => $"{step.Name}.yaml";

    private string NameOf(LaunchStep step) => $"pole-{Path.GetFileName(folder.Path).ToLowerInvariant()}-{step.Name}";
}
