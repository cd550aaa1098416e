namespace Pole.Runner.Tracking;

/// <summary>Tracking of the runs of one command.</summary>
/// <param name="target">Null where nobody opted in.</param>
internal sealed class RunTracking(TrackingTarget? target)
{
    /// <summary>Whether the last run could not be sent whole: the next ones, such as the points of a sweep, then wait for the server less.</summary>
    private bool isDoubtful;

    /// <param name="profile">Null where there is none, or it says nothing of tracking.</param>
    public static RunTracking Of(TrackingSection? profile) => new(TrackingTarget.FindForRun(profile));

    /// <param name="folder">Of the run that begins.</param>
    /// <param name="note">Receives what the log of the run should have.</param>
    /// <returns>Null where it is not tracked; a run does not fail because of what it is watched by.</returns>
    public LiveTracking? Begin(Experiment experiment, string folder, string runs, ExperimentSet experiments, Action<string> note)
    {
        if (target is null) return null;
        try
        {
            var tracking = LiveTracking.Begin(target, experiment, folder, runs, experiments, isDoubtful);
            note(tracking is null ? "not tracked: another process tracks a run of this fingerprint" : $"tracked by {target.Server}, experiment {target.Experiment}");
            return tracking;
        }
        catch (Exception exception) when (exception is ExperimentException or IOException or UnauthorizedAccessException)
        {
            Say($"{exception.Message}; this run is not tracked", note);
            return null;
        }
    }

    /// <param name="tracking">Null where it is not tracked.</param>
    public void End(LiveTracking? tracking, TrackedStatus status, string folder, Action<string> note)
    {
        if (tracking is null) return;
        try
        {
            var (omitted, failure) = tracking.End(status);
            isDoubtful = failure is not null;
            foreach (var sentence in omitted) Say(sentence, note);
            if (failure is not null) Say($"{failure}; what was not sent is kept, send it with: pole track push {folder}", note);
        }
        catch (Exception exception) when (exception is ExperimentException or IOException or UnauthorizedAccessException)
        {
            Say(exception.Message, note);
        }
    }

    private static void Say(string message, Action<string> note)
    {
        note($"tracking: {message}");
        Console.Error.WriteLine($"warning: tracking: {message}");
    }
}
