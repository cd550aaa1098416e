namespace Pole.Runner.Tests;

/// <summary>One run of the small experiment that tests share.</summary>
internal static class SmokeRun
{
    public const string Name = "shapes/smoke";

    private static readonly Lazy<PoleProcess> Process = new(() =>
    {
        var run = PoleProcess.Run("pole", "run", Name, "--store", Store, "--runs", Runs);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run;
    });

    public static string Root { get; } = Path.Combine(Path.GetTempPath(), $"pole-smoke-{Environment.ProcessId}");

    public static string Store => Path.Combine(Root, "store");

    public static string Runs => Path.Combine(Root, "runs");

    public static string Output => Process.Value.Output;

    /// <summary>The run's folder.</summary>
    public static string Folder
    {
        get
        {
            _ = Process.Value;
            return Path.GetDirectoryName(Directory.GetFiles(Runs, "result.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First())!;
        }
    }
}
