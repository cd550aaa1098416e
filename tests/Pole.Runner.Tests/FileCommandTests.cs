using System.Reflection;

namespace Pole.Runner.Tests;

/// <summary>The commands that look into files: weights, selections, data sets.</summary>
[Parallelizable]
public sealed class FileCommandTests
{
    private static readonly string Shared = Path.GetFullPath(Path.Combine(typeof(FileCommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared"));

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-files-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Inspect_says_which_run_or_stage_a_network_of_this_project_comes_from()
    {
        var ofRun = PoleProcess.Run("pole", "weights", "inspect", Path.Combine(SmokeRun.Folder, "checkpoints", "clims.last.safetensors"));
        var ofStage = PoleProcess.Run("pole", "weights", "inspect", Directory.GetFiles(Path.Combine(SmokeRun.Store, "stages", "clims"), "network.safetensors", SearchOption.AllDirectories).Single());

        Assert.That(ofRun.Output, Does.Match("architecture +CAM network of this project on ResNet with [0-9, ]+ blocks").And.Match($"origin +the last network of the stage 'clims' of {SmokeRun.Name}, fingerprint [0-9a-f]{{12}}, seed 0, in the run {SmokeRun.Folder}"));
        Assert.That(ofStage.Output, Does.Match("origin +the stage 'clims' in a store, key [0-9a-f]{16}"));
    }

    [Test]
    public void Inspect_says_what_a_weights_file_is()
    {
        var run = PoleProcess.Run("pole", "weights", "inspect", Need("golden", "clip_vit", "torchscript.pt"));

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Match("kind +TorchScript").And.Match("architecture +CLIP ViT of width 128").And.Match(@"parameters +567,873 in 65 tensors").And.Match("SHA-256 +[0-9a-f]{64}  torchscript.pt"));
    }

    [Test]
    public void Convert_writes_safetensors_that_inspect_reads()
    {
        var target = Path.Combine(folder, "clip.safetensors");
        Assert.That(PoleProcess.Run("pole", "weights", "convert", Need("golden", "clip_rn", "state_dict.pth"), target).ExitCode, Is.Zero);

        Assert.That(PoleProcess.Run("pole", "weights", "inspect", target).Output, Does.Match("kind +Safetensors").And.Match(@"parameters +426,941 in 141 tensors"));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void Convert_leaves_the_target_alone_when_the_source_is_damaged()
    {
        var (source, target) = (Path.Combine(folder, "x.pth"), Path.Combine(folder, "y.safetensors"));
        File.WriteAllText(source, "damaged beyond repair");
        File.WriteAllText(target, "precious");
        var run = PoleProcess.Run("pole", "weights", "convert", source, target);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith($"error: {source}: cannot be read as weights"));
        Assert.That(File.ReadAllText(target), Is.EqualTo("precious"));
    }

    [Test]
    public void A_published_selection_is_reported_and_drawn()
    {
        var run = PoleProcess.Run("pole", "selections", "report", "voc12/pole", Need("data", "pole-selections.json"), "--output", folder);

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Match(@"aeroplane +590 +10\.7").And.Match(@"tvmonitor +567 +83\.2"));
        Assert.That(File.ReadAllText(Path.Combine(folder, "ground-truth-names.svg")), Does.Contain("aeroplane"));
    }

    [Test]
    public void Two_selections_are_compared_with_an_exit_code()
    {
        var published = Need("data", "pole-selections.json");
        var changed = Path.Combine(folder, "changed.json");
        File.WriteAllText(changed, File.ReadAllText(published).Replace("\"2007_000039\": [\"tv monitor\"]", "\"2007_000039\": [\"television\"]").Replace("\"2007_000039\":[\"tv monitor\"]", "\"2007_000039\":[\"television\"]"));

        Assert.That(PoleProcess.Run("pole", "selections", "compare", "voc12/pole", published, published).ExitCode, Is.Zero);
        var run = PoleProcess.Run("pole", "selections", "compare", "voc12/pole", published, changed);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("2007_000039 tvmonitor: tv monitor → television").And.Contain("16457 of 16458 choices agree"));
    }

    [Test]
    public void A_mask_that_is_a_photograph_is_named()
    {
        var masks = Need("golden", "densecrf");
        var run = PoleProcess.Run("pole", "evaluate", "masks", "voc12/pole", "--predictions", masks, "--truth", masks);

        // The folder holds photographs: the first is named, with a colour that is no label.
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("image0.png: pixel (").And.Contain("which is no label of the VOC palette"));
    }

    [Test]
    public void Select_without_weights_says_what_to_put_where()
    {
        var run = PoleProcess.Run("pole", "select", "voc12/pole", "--images", Need("data", "voc18", "images"), "--cams", Need("data", "voc18", "cams"), "--output", Path.Combine(folder, "x"));

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith("error: ViT-B-32.pt and bpe_simple_vocab_16e6.txt.gz are needed").And.Contain("--weights DIR"));
    }

    [Test]
    public void Checking_a_data_set_that_is_not_there_lists_its_splits_and_where_to_get_them()
    {
        var run = PoleProcess.Run("pole", "data", "check", "voc12", "--root", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("train_aug: ").And.Contain("VOCtrainval_11-May-2012.tar").And.Contain("3 problems"));
    }

    private static string Need(params string[] parts)
    {
        var path = Path.Combine([Shared, .. parts]);
        if (!Path.Exists(path)) Assert.Ignore($"{path} is not there");
        return path;
    }
}
