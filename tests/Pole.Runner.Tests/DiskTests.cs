using System.Diagnostics;

namespace Pole.Runner.Tests;

/// <summary>A disk that is full or cannot be written: one line, and the same command goes on when that is mended.</summary>
[Platform("Linux")]
public sealed class DiskTests
{
    private string folder = "", disk = "";

    [SetUp]
    public void Mount()
    {
        folder = Directory.CreateTempSubdirectory("pole-disk-").FullName;
        disk = Directory.CreateDirectory(Path.Combine(folder, "disk")).FullName;
        if (Command("mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", disk) != 0) Assert.Ignore("a small disk cannot be mounted here (needs root)");
    }

    [TearDown]
    public void Unmount()
    {
        Command("umount", disk);
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void A_full_disk_is_one_error_and_the_same_command_goes_on_from_the_last_checkpoint()
    {
        var full = Run("--store", disk, "--runs", Path.Combine(folder, "runs"), "--checkpoint-steps", "1");
        Assert.That(full.ExitCode, Is.EqualTo(1));
        Assert.That(full.Error.Split('\n'), Has.Length.EqualTo(1));
        Assert.That(full.Error, Does.StartWith("error: ").And.Contain(disk).And.Contain("No space left on device").And.Contain("--store"));

        Assert.That(Command("mount", "-o", "remount,size=64m", disk), Is.Zero);
        var again = Run("--store", disk, "--runs", Path.Combine(folder, "runs"));
        Assert.That(again.ExitCode, Is.Zero, again.Error);
        Assert.That(again.Output, Does.Contain("clip: resuming after "));
    }

    [Test]
    public void A_disk_that_cannot_be_written_is_one_error()
    {
        Assert.That(Command("mount", "-o", "remount,ro", disk), Is.Zero);
        var store = Run("--store", disk, "--runs", Path.Combine(folder, "runs"));
        var runs = Run("--store", Path.Combine(folder, "store"), "--runs", Path.Combine(disk, "runs"));

        Assert.That((store.ExitCode, runs.ExitCode), Is.EqualTo((1, 1)));
        Assert.That(store.Error, Does.StartWith("error: ").And.Contain(disk).And.Contain("--store"));
        Assert.That(runs.Error, Does.StartWith("error: ").And.Contain(disk).And.Contain("--runs"));
    }

    private static PoleProcess Run(params string[] options) => PoleProcess.Run("pole", ["run", SmokeRun.Name, .. options]);

    private static int Command(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
