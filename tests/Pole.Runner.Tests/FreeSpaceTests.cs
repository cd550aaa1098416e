using Pole.Runner.Runs;

namespace Pole.Runner.Tests;

/// <summary>The disks that a run writes to.</summary>
public sealed class FreeSpaceTests
{
    [Test]
    public void A_disk_that_is_as_good_as_full_is_an_error_before_the_first_step() =>
        Assert.That(() => FreeSpace.Require([("/data/store", "--store"), ("/data/runs", "--runs")], folder => folder == "/data/store" ? 12_300_000 : 1L << 40),
            Throws.TypeOf<ExperimentException>().With.Message.EqualTo("/data/store: 12 MB are free there, too few for networks and checkpoints: free space, or give another folder with --store"));

    [Test]
    public void Each_of_several_is_named() =>
        Assert.That(() => FreeSpace.Require([("/a", "--store"), ("/b", "--runs")], _ => 0), Throws.TypeOf<MissingInputsException>().With.Property("Faults").Exactly(1).EndsWith("--store").And.Property("Faults").Exactly(1).EndsWith("--runs"));

    [Test]
    public void A_disk_that_does_not_say_and_a_folder_that_is_yet_to_be_made_are_none() => Assert.Multiple(() =>
    {
        Assert.That(() => FreeSpace.Require([("/a", "--store")], _ => null), Throws.Nothing);
        Assert.That(() => FreeSpace.Require((Path.Combine(Path.GetTempPath(), "pole-none", "yet"), "--store")), Throws.Nothing);
    });
}
