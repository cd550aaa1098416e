namespace Pole.Runner.Tests;

[SetUpFixture]
public sealed class RunsCleanUp
{
    [OneTimeTearDown]
    public void DeleteRuns()
    {
        if (Directory.Exists(PoleProcess.Runs)) Directory.Delete(PoleProcess.Runs, recursive: true);
    }
}
