namespace Pole.Runner.Tests;

/// <summary>One run of the small experiment that tests share and leave as it is: what a test adds goes elsewhere.</summary>
internal static class SmokeRun
{
    public const string Name = "shapes/smoke";

    private static readonly Lazy<string> Whole = new(() =>
    {
        var run = PoleProcess.Run("pole", "run", Name, "--store", Store, "--runs", Runs);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return Path.GetDirectoryName(Directory.GetFiles(Runs, "result.json", SearchOption.AllDirectories).Single())!;
    });

    public static string Root { get; } = Path.Combine(Path.GetTempPath(), $"pole-smoke-{Environment.ProcessId}");

    public static string Store => Path.Combine(Root, "store");

    public static string Runs => Path.Combine(Root, "runs");

    /// <summary>The run's folder.</summary>
    public static string Folder => Whole.Value;
}
