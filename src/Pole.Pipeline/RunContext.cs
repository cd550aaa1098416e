using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline;

/// <summary>What a run has besides its experiment: the machine, the stored results, and someone who watches.</summary>
public sealed record RunContext(ModuleContext Modules, StageStore Store, IRunProgress Progress, CancellationToken Cancellation);
