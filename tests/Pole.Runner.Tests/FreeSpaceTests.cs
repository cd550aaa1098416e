using Pole.Runner.Runs;

namespace Pole.Runner.Tests;

/// <summary>The disks that a run writes to.</summary>
public sealed class FreeSpaceTests
{
    [Test]
    public void A_disk_that_is_as_good_as_full_is_an_error_before_the_first_step() =>
        Assert.That(() => FreeSpace.Require([("/data/store", "--store"), ("/data/runs", "--runs")], folder => folder == "/data/store" ? 2_300_000 : 1L << 40),
            Throws.TypeOf<ExperimentException>().With.Message.EqualTo("/data/store: only 2.3 MB is free there, and a run writes more: free some space, or choose another folder with --store"));

    [Test]
    public void Each_of_several_is_named() =>
        Assert.That(Assert.Throws<MissingInputsException>(() => FreeSpace.Require([("/a", "--store"), ("/b", "--runs")], _ => 0))!.Faults.Select(fault => fault.Split(' ')[^1]), Is.EqualTo(new[] { "--store", "--runs" }));

    [Test]
    public void A_disk_that_does_not_say_is_none() => Assert.That(() => FreeSpace.Require([("/a", "--store")], _ => null), Throws.Nothing);

    [Test]
    public void A_folder_that_is_yet_to_be_made_is_on_the_disk_of_the_one_around_it() =>
        Assert.That(FreeSpace.AvailableAt(Path.Combine(Path.GetTempPath(), "pole-none", "yet")), Is.Positive);
}
