using Pole.Pipeline.Evaluation;
using Pole.Pipeline.External;
using Pole.Pipeline.Inference;

namespace Pole.Pipeline.Tests;

/// <summary>Which images a measurement is of, whatever lies in the folders.</summary>
public sealed class EvaluatedFileTests
{
    private string folder = "";

    private string Predictions => Path.Combine(folder, "predictions");

    private string Truth => Path.Combine(folder, "truth");

    private string List => Path.Combine(folder, "val.txt");

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-pairs-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Every_image_of_the_ground_truth_needs_a_prediction()
    {
        Make(["a.png"], ["a.png", "b.png", "c.png", "d.png", "e.png"]);

        Assert.That(() => Pair(), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{Predictions} has no prediction of 4 of the 5 images of {Truth}: b.png, c.png, d.png…; "
            + "make them, name the images to measure with --list FILE, or leave the others out with --partial"));
    }

    [Test]
    public void A_partial_measurement_says_of_how_many_images_it_is()
    {
        Make(["a.png"], ["a.png", "b.png", "c.png"]);

        var (files, images) = Pair(partial: true);

        Assert.That((files.Single().Id, images), Is.EqualTo(("a", 3)));
    }

    [Test]
    public void A_list_names_the_images_and_others_may_lie_beside_them()
    {
        Make(["a.png", "b.png"], ["a.png", "b.png", "c.png"]);
        File.WriteAllText(List, "/JPEGImages/b.jpg /SegmentationClassAug/b.png\n\n");

        Assert.That(Pair(List).Files.Select(file => file.Id), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public void An_image_of_the_list_without_prediction_is_named()
    {
        Make(["a.png"], ["a.png", "b.png"]);
        File.WriteAllText(List, "a\nb\n");

        Assert.That(() => Pair(List), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{Predictions} has no prediction of 1 of the 2 images of {List}: b.png; "));
    }

    [Test]
    public void Predictions_without_ground_truth_are_named()
    {
        Make(["a.png", "b.png"], ["a.png"]);

        Assert.That(() => Pair(partial: true), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{Truth} has no ground truth of 1 images of {Predictions}: b.png"));
    }

    [Test]
    public void No_prediction_at_all_is_an_error_even_of_a_partial_measurement()
    {
        Make(["z.png"], ["z.png", "a.png"]);
        File.WriteAllText(List, "a\n");

        Assert.That(() => Pair(List, partial: true), Throws.InstanceOf<ExperimentException>().With.Message.Contains("has no prediction of 1 of the 1 images"));
    }

    [Test]
    public void Extensions_are_compared_ignoring_case_and_hidden_files_are_left_out()
    {
        Make(["a.PNG", "._a.png", ".hidden.png", "notes.txt"], ["a.png"]);

        Assert.That(Pair().Files.Select(file => Path.GetFileName(file.Prediction)), Is.EqualTo(new[] { "a.PNG" }));
    }

    [Test]
    public void Two_files_of_one_image_are_named()
    {
        Make(["a.PNG", "a.png"], ["a.png"]);

        Assert.That(() => InputFiles.In(Predictions, "png"), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{Predictions} has a.PNG and a.png of one image; remove one"));
    }

    private (IReadOnlyList<EvaluatedFile> Files, int Images) Pair(string? list = null, bool partial = false) => EvaluatedFile.Pair(Predictions, "png", Truth, list, partial);

    private void Make(string[] predictions, string[] truth)
    {
        foreach (var (target, names) in new[] { (Predictions, predictions), (Truth, truth) })
        {
            Directory.CreateDirectory(target);
            foreach (var name in names) File.WriteAllBytes(Path.Combine(target, name), []);
        }
    }
}
