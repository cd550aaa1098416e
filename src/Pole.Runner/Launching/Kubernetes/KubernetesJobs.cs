using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pole.Runner.Formats;

namespace Pole.Runner.Launching.Kubernetes;

/// <summary>A launch as Kubernetes Jobs with indexed completions, one a step, and a script that applies them in order (https://kubernetes.io/docs/concepts/workloads/controllers/job/).</summary>
internal sealed class KubernetesJobs(Launch launch, KubernetesOptions options)
{
    private const string Index = "$JOB_COMPLETION_INDEX", Volume = "work", Container = "pole", ScriptFile = "apply.sh";

    /// <summary>Of a Job, whose name stands in a label and, with the index of a task, in a host name of 63.</summary>
    private const int LongestName = 55, DigestLength = 8;

    /// <returns>The script.</returns>
    public string Write()
    {
        foreach (var step in launch.Steps) File.WriteAllText(Path.Combine(launch.Folder, FileOf(step)), Manifest(step));
        var script = Path.Combine(launch.Folder, ScriptFile);
        File.WriteAllText(script, Script());
        return script;
    }

    private string Manifest(LaunchStep step) => YamlText.Of(new
    {
        ApiVersion = "batch/v1",
        Kind = "Job",
        Metadata = new { Name = NameOf(step), options.Namespace },
        Spec = new
        {
            CompletionMode = "Indexed",
            Completions = step.Tasks.Count,
            Parallelism = Math.Min(step.Tasks.Count, launch.Parallel ?? step.Tasks.Count),
            // A task that fails does not end the others.
            BackoffLimitPerIndex = launch.Requeues,
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
                    TerminationGracePeriodSeconds = launch.Grace,
                    Containers = new[]
                    {
                        new
                        {
                            Name = Container,
                            options.Image,
                            Command = new[] { "/bin/sh", "-c", Unexpanded($"{(launch.Setup.Length > 0 ? launch.Setup.TrimEnd() + "\n" : "")}exec {step.Command.ShellLine(Index)}") },
                            Resources = new { Limits = Limits(step.Resources) },
                            VolumeMounts = new[] { new { Name = Volume, MountPath = options.Mount } },
                        },
                    },
                    Volumes = new[] { new { Name = Volume, PersistentVolumeClaim = new { ClaimName = options.Claim } } },
                },
            },
        },
    });

    /// <summary>Kubernetes replaces <c>$(NAME)</c> in a command before the shell sees it, and takes two dollar signs for one.</summary>
    private static string Unexpanded(string command) => command.Replace("$", "$$", StringComparison.Ordinal);

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
        foreach (var step in launch.Steps)
        {
            if (step.After.Count > 0) lines.Add($"ended {string.Join(' ', launch.Steps.Where(other => step.After.Contains(other.Name)).Select(NameOf))}");
            lines.Add($"{kubectl} apply -f {FileOf(step)}");
        }

        return string.Join('\n', [.. lines, $"ended {NameOf(launch.Steps[^1])}", ""]);
    }

    private static string FileOf(LaunchStep step) => $"{step.Name}.yaml";

    private string NameOf(LaunchStep step)
    {
        var name = $"pole-{Path.GetFileName(launch.Folder).ToLowerInvariant()}-{step.Name}";
        return name.Length <= LongestName ? name : $"{name[..(LongestName - DigestLength - 1)].TrimEnd('-')}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..DigestLength]}";
    }
}
