using Pole.Runner.Progress;

namespace Pole.Runner.Tests;

/// <summary>What a run says of how far it is where its output is no terminal.</summary>
public sealed class PlainProgressTests
{
    private readonly StringWriter output = new() { NewLine = "\n" };

    [Test]
    public void Experiments_and_their_stages_are_counted()
    {
        var progress = new PlainProgress(output);
        progress.Expect(2);
        progress.Begin("shapes/cam", ["baseline", "evaluation"]);
        progress.Reused("baseline", "folder");
        progress.Begin("shapes/pole", ["clims"]);
        progress.Reused("clims", "folder");

        Assert.That(output.ToString(), Is.EqualTo("[1/2] shapes/cam: 2 stages\n[1/2] baseline: stored\n[2/2] shapes/pole: 1 stage\n[1/1] clims: stored\n"));
    }

    [Test]
    public void One_experiment_alone_has_no_number()
    {
        var progress = new PlainProgress(output);
        progress.Expect(1);
        progress.Begin("shapes/cam", ["baseline"]);

        Assert.That(output.ToString(), Is.EqualTo("shapes/cam: 1 stage\n"));
    }

    [TearDown]
    public void Forget() => output.GetStringBuilder().Clear();
}
