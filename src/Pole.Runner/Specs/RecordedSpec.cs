using Pole.Runner.Comparing;
using Pole.Runner.Runs;

namespace Pole.Runner.Specs;

/// <summary>The experiment of a run: that of this build where it is still the same, else the one that the run's own spec says.</summary>
internal static class RecordedSpec
{
    /// <exception cref="ExperimentException">The run's spec does not fit this build's modules.</exception>
    public static Experiment Of(StoredRun run, ExperimentSet experiments) =>
        experiments.Has(run.Record.Experiment) && experiments.Find(run.Record.Experiment) is var built && built.Fingerprint == run.Record.Fingerprint ? built
            : SpecLoader.LoadRun(Path.Combine(run.Folder, RunFolder.SpecFile), run.Record);
}
