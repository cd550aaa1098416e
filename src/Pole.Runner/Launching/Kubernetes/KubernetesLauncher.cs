namespace Pole.Runner.Launching.Kubernetes;

/// <summary>Writes a launch for kubectl, and starts nothing itself.</summary>
internal sealed class KubernetesLauncher(KubernetesOptions options) : Launcher
{
    public override void Start(Launch launch, TextWriter output, CancellationToken cancellation) => output.WriteLine($"sh {new KubernetesJobs(launch, options).Write()} applies them in order");
}
