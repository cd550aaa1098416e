namespace Pole;

/// <summary>Where the tasks of a launch are for the engine that runs them.</summary>
public interface ITaskQueue
{
    /// <param name="index">Of the task in its step, from 0.</param>
    /// <returns>Null for a task that the engine was not given.</returns>
    QueuedTask? Find(string step, int index);
}

/// <summary>What an engine says of a task.</summary>
/// <param name="Reason">Why it waits; null where that is not known.</param>
/// <param name="LogFile">Receives what it prints.</param>
public sealed record QueuedTask(QueueState State, string? Reason, string LogFile);

public enum QueueState
{
    Waiting,
    Running,

    /// <summary>Still there in some other way, such as being completed: the task's own last word holds.</summary>
    Other,

    /// <summary>No longer there: a task that did not say how it ended was killed.</summary>
    Gone,
}
