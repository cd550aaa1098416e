namespace Pole;

/// <summary>Tasks of one kind, which may run at the same time.</summary>
/// <param name="Name">The stage, or <c>points</c>, or <c>report</c>: lower-case, with hyphens.</param>
/// <param name="After">Names of the steps whose tasks have to end before, well or not: what builds on a failed task says so by itself.</param>
/// <param name="Tasks">By index.</param>
public sealed record LaunchStep(string Name, IReadOnlyList<string> After, IReadOnlyList<LaunchTask> Tasks, StageResources Resources, TaskCommand Command);

/// <summary>One process of a launch.</summary>
/// <param name="Title">The experiment, or the sweep that is reported on, and the part of its images.</param>
/// <param name="LogFile">Where <c>pole sweep status --log</c> looks for what it prints, unless the launcher's queue names another file.</param>
public sealed record LaunchTask(string Title, string LogFile);
