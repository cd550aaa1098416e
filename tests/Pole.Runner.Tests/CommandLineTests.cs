using System.Runtime.InteropServices;

namespace Pole.Runner.Tests;

/// <summary>Exit codes: 0, 1 for an error, 2 for a wrong command line, 130 when stopped. Errors are one line on standard error.</summary>
public sealed class CommandLineTests
{
    private const int Interrupt = 2, Terminate = 15, Continue = 18, Stop = 19;

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-cli-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void List_shows_every_experiment()
    {
        var run = PoleProcess.Run("pole", "list", "--names");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("shapes/pole").And.Contain("shapes/clims").And.Contain("shapes/cam").And.Contain("voc12/pole"));
    }

    [Test]
    public void Every_experiment_has_an_executable_and_all_share_one_libtorch()
    {
        var files = Directory.GetFiles(PoleProcess.Folder).Select(path => Path.GetFileNameWithoutExtension(path)!).ToList();

        Assert.That(files, Is.SupersetOf(new[] { "pole", "pole-shapes-cam", "pole-shapes-clims", "pole-shapes-pole", "pole-voc12-clims", "pole-voc12-pole" }));
        Assert.That(Directory.EnumerateFiles(PoleProcess.Build, "*torch_cpu*", SearchOption.AllDirectories).Count(), Is.EqualTo(1));
    }

    [Test]
    public void The_executable_of_an_experiment_is_that_experiment()
    {
        var run = PoleProcess.Run("pole-voc12-pole", "--help");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("voc12/pole: POLE on VOC 2012"));
    }

    [TestCase("smoke", "there is no experiment 'smoke'; did you mean 'shapes/smoke'?")]
    [TestCase("shapes/pol", "there is no experiment 'shapes/pol'; did you mean 'shapes/pole'?")]
    [TestCase("experiments/shapes/pole.yaml", "there is no experiment 'experiments/shapes/pole.yaml'; did you mean 'shapes/pole'?")]
    [TestCase("something-else-altogether", "there is no experiment 'something-else-altogether'; pole list shows those of this build")]
    [TestCase("shapes/smoke-names", "'shapes/smoke-names' is a sweep: pole sweep shapes/smoke-names runs its points; pole run takes one of them, such as shapes/smoke-names/synonyms-1-seed-0")]
    public void An_unknown_experiment_is_a_wrong_command_line_that_says_what_may_be_meant(string name, string error)
    {
        var run = PoleProcess.Run("pole", "run", name);

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain(error));
    }

    [TestCase("POLE_WORKERS", "many", "POLE_WORKERS is many; it can be 0 or more")]
    [TestCase("POLE_THREADS", "0", "POLE_THREADS is 0; it can be 1 or more")]
    [TestCase("POLE_DEVICE", "gpu", "POLE_DEVICE is gpu; it can be auto, cpu, cuda")]
    public void A_setting_of_the_environment_that_is_none_is_a_wrong_command_line(string name, string value, string error)
    {
        var run = PoleProcess.RunIn(Environment.CurrentDirectory, "pole", ["run", "shapes/cam"], [(name, value)]);

        Assert.That(run.ExitCode, Is.EqualTo(2), run.Output);
        Assert.That(run.Error, Does.Contain(error));
    }

    [Test]
    public void An_unknown_option_is_a_wrong_command_line() => Assert.That(PoleProcess.Run("pole", "run", "shapes/cam", "--fast").ExitCode, Is.EqualTo(2));

    [Test]
    public void VOC_without_data_and_weights_ends_with_a_line_for_each_that_says_what_to_put_where()
    {
        var run = PoleProcess.Run("pole", "run", "voc12/clims", "--store", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        var lines = run.Error.Split('\n');
        Assert.That(lines, Has.Length.EqualTo(4).And.All.StartWith("error: "));
        Assert.That(lines[0], Does.Contain("VOCtrainval_11-May-2012.tar").And.Contain("--data DIR"));
        Assert.That(lines[1..], Has.Exactly(1).Contains("res50_cam.pth").And.Exactly(1).Contains("ViT-B-32.pt").And.All.Contain("--weights DIR"));
    }

    [Test]
    public void VOC_without_weights_ends_with_a_line_for_each_module_that_says_what_to_put_where()
    {
        var lists = Directory.CreateDirectory(Path.Combine(folder, "VOCdevkit", "VOC2012", "ImageSets", "Segmentation")).FullName;
        foreach (var split in new[] { "train_aug", "train" }) File.WriteAllText(Path.Combine(lists, $"{split}.txt"), "2007_000032\n");
        var run = PoleProcess.Run("pole-voc12-pole", "--store", folder, "--data", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error.Split('\n'), Has.Length.EqualTo(3));
        Assert.That(run.Error, Does.Contain("get bpe_simple_vocab_16e6.txt.gz from").And.Contain("ViT-B-32.pt from https://openaipublic.azureedge.net").And.Contain("SHA-256 40d365715913c9da").And.Contain("--weights DIR"));
    }

    [Test]
    public void A_folder_that_is_not_there_is_named()
    {
        var run = PoleProcess.Run("pole", "run", "voc12/clims", "--data", Path.Combine(folder, "nowhere"), "--store", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo($"error: --data {Path.Combine(folder, "nowhere")}: there is no such folder"));
    }

    [Test]
    public void A_store_that_cannot_be_written_is_named()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        var run = PoleProcess.Run("pole", "run", "shapes/cam", "--store", file);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error.Split('\n'), Has.Length.EqualTo(1));
        Assert.That(run.Error, Does.Contain(file));
    }

    [Test]
    public void Without_its_native_library_it_says_so_in_one_line()
    {
        var run = PoleProcess.Run(CopyWithoutNativeLibraries(), "pole", ["run", "shapes/cam", "--store", folder], _ => { });

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error.Split('\n'), Has.Length.EqualTo(1));
        Assert.That(run.Error, Does.Contain("LibTorchSharp").And.Contain("is missing: build again"));
    }

    [Test, Platform("Linux")]
    public void With_a_native_library_that_cannot_load_it_says_so_in_one_line()
    {
        var copy = CopyWithoutNativeLibraries();
        File.WriteAllText(Path.Combine(copy, "libLibTorchSharp.so"), "not a library");
        var run = PoleProcess.Run(copy, "pole", ["run", "shapes/cam", "--store", folder], _ => { });

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error.Split('\n'), Has.Length.EqualTo(1));
        Assert.That(run.Error, Does.Contain("libLibTorchSharp.so cannot be loaded"));
    }

    /// <summary>Also shows that redirected progress is plain lines: the signal is sent when the second stage reports.</summary>
    [TestCase(Interrupt), TestCase(Terminate), Platform("Linux")]
    public void A_signal_stops_after_the_step_with_130_and_a_checkpoint(int signal)
    {
        var run = PoleProcess.Run(PoleProcess.Folder, "pole", ["run", "shapes/cam", "--store", folder, "--runs", Path.Combine(folder, "runs")], seen =>
        {
            if (seen.Line.Contains("baseline: ", StringComparison.Ordinal)) Assert.That(Kill(seen.Process.Id, signal), Is.Zero);
        });

        Assert.That(run.ExitCode, Is.EqualTo(130));
        Assert.That(run.Error, Is.EqualTo("stopped: finished stages and a checkpoint of the training are kept; run again to resume"));
        Assert.That(run.Output, Does.Match(@"data: \d+ images in [\d.]+ s").And.Match(@"baseline: \d+/\d+ steps, [\d.]+/s, \d+ s left, [\d.]+ GB, epoch \d+ loss [\d.]+"));
        Assert.That(run.Output.Contains('\u001b'), Is.False);
        Assert.That(Directory.GetDirectories(Path.Combine(folder, "data")), Has.Length.EqualTo(1));
        Assert.That(Directory.EnumerateDirectories(folder, "*.tmp", SearchOption.AllDirectories), Is.Empty);
        Assert.That(Directory.EnumerateDirectories(Path.Combine(folder, "stages", "baseline"), "step-*", SearchOption.AllDirectories).Count(), Is.EqualTo(1));
        Assert.That(File.ReadAllText(Directory.GetFiles(Path.Combine(folder, "runs"), "log.txt", SearchOption.AllDirectories).Single()), Does.EndWith("stopped\n"));
    }

    [Test, Platform("Linux")]
    public void A_second_signal_ends_at_once()
    {
        var sent = false;
        var run = PoleProcess.Run(PoleProcess.Folder, "pole", ["run", "shapes/cam", "--store", folder], seen =>
        {
            if (sent || !seen.Line.Contains("baseline: ", StringComparison.Ordinal)) return;
            // Both arrive together when the process goes on, in the middle of a step.
            foreach (var signal in new[] { Stop, Interrupt, Terminate, Continue }) Assert.That(Kill(seen.Process.Id, signal), Is.Zero);
            sent = true;
        });

        Assert.That(sent);
        Assert.That(run.ExitCode, Is.EqualTo(128 + Interrupt).Or.EqualTo(128 + Terminate));
        Assert.That(run.Error, Is.Empty, "it had no time to say anything");
    }

    private string CopyWithoutNativeLibraries()
    {
        var copy = Directory.CreateDirectory(Path.Combine(folder, "copy")).FullName;
        foreach (var file in Directory.GetFiles(PoleProcess.Build).Where(path => path.EndsWith(".dll", StringComparison.Ordinal) || path.EndsWith(".json", StringComparison.Ordinal) || Path.GetFileName(path) == "pole"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
