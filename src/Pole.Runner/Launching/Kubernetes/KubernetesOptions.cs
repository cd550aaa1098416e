using System.ComponentModel.DataAnnotations;

namespace Pole.Runner.Launching.Kubernetes;

/// <summary>Jobs of Kubernetes with indexed completions, one a step, and a script that applies them in order.</summary>
[PoleModule("kubernetes")]
public sealed record KubernetesOptions : IModuleOptions<Launcher>
{
    /// <summary>Container image with pole in it.</summary>
    public required string Image { get; init; }

    /// <summary>Name of the persistent volume claim that holds store, runs, data and weights.</summary>
    [RegularExpression("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?", ErrorMessage = "{0} must be a name of Kubernetes: lower-case letters, digits, hyphens and dots, at most 253, with a letter or digit at both ends")]
    public required string Claim { get; init; }

    /// <summary>Where it is mounted.</summary>
    public required string Mount { get; init; }

    /// <summary>Of the Jobs; that of kubectl's context where it is not given.</summary>
    [RegularExpression("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", ErrorMessage = "{0} must be a label of Kubernetes: lower-case letters, digits and hyphens, at most 63, with a letter or digit at both ends")]
    public string? Namespace { get; init; }

    public Launcher Create(ModuleContext context) => new KubernetesLauncher(this);
}
