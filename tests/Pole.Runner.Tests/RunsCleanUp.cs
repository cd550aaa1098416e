namespace Pole.Runner.Tests;

[SetUpFixture]
public sealed class RunsCleanUp
{
    [OneTimeTearDown]
    public void DeleteRuns()
    {
        foreach (var folder in new[] { PoleProcess.Runs, SmokeRun.Root })
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
