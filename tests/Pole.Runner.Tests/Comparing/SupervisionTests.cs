using Pole.Data.Shapes;
using Pole.Pipeline;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Refinement.Steps;
using Pole.Runner.Comparing;
using Pole.Runner.Reports;
using Pole.Runner.Runs;
using Pole.Runner.Tests.Tracking;

namespace Pole.Runner.Tests.Comparing;

/// <summary>Masks of Segment Anything are more supervision than image-level labels, and nothing that shows their numbers hides it.</summary>
public sealed class SupervisionTests
{
    private static readonly Experiment Merging = new()
    {
        Name = "shapes/sepl", Description = "Masks.", Dataset = new ShapesOptions(), Cam = new CamOptions(),
        Refinement = new RefinementOptions { Steps = [new DenseCrfStepOptions(), new MaskMergingOptions { Masks = "sam" }] },
    };

    [Test]
    public void A_run_names_what_its_refinement_adds()
    {
        var record = RunRecord.Of(new ExperimentResult(Merging, null, null, []) { Remarks = ["CRF + SAM masks: 1 of 2 images have no masks and keep their labels"] }, default, default);

        Assert.That((record.Method, string.Join(", ", record.Supervision), record.Remarks.Count), Is.EqualTo(("baseline CAM + SAM masks", "SAM masks", 1)));
    }

    [Test]
    public void CAMs_have_none_of_it() => Assert.That(ScoreTable.MethodName(Merging), Is.EqualTo("baseline CAM"));

    [Test]
    public void A_run_without_it_is_named_as_ever()
    {
        var plain = Merging with { Refinement = new RefinementOptions { Steps = [new DenseCrfStepOptions()] } };

        Assert.That(RunRecord.Of(new ExperimentResult(plain, null, null, []), default, default).Method, Is.EqualTo("baseline CAM"));
    }

    [Test]
    public void A_comparison_names_the_rows_and_says_what_it_means()
    {
        var folder = Directory.CreateTempSubdirectory("pole-supervision-").FullName;
        try
        {
            StoredRun[] runs = [.. new[] { ("shapes/a", (IReadOnlyList<string>)[]), ("shapes/b", ["SAM masks"]) }.Select(run => new StoredRun(Folder(run.Item1), RecordedFolder.Record(experiment: run.Item1, spec: new Dictionary<string, string> { ["steps"] = run.Item1 }) with { Fingerprint = run.Item1, Chain = [], Supervision = run.Item2 }))];
            var comparison = RunComparison.Of(runs);

            Assert.That(ComparisonText.Cells(comparison).Rows.Select(row => row[0]), Is.EqualTo(new[] { "shapes/a", "shapes/b + SAM masks" }));
            Assert.That(ComparisonText.Legend(comparison), Does.EndWith("Rows with + SAM masks have more supervision than image-level labels."));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string Folder(string experiment)
        {
            var own = Path.Combine(folder, experiment.Replace('/', '-'));
            var images = new ScoredStep(ChainScore.Cam, "val").FileIn(own);
            Directory.CreateDirectory(Path.GetDirectoryName(images)!);
            ImageScore.Write(images, [ImageScore.Of("a", new ConfusionMatrix(2))]);
            return own;
        }
    }

    [Test]
    public void A_report_says_what_each_step_changes_for_each_class()
    {
        var record = RecordedFolder.Record() with { Chain = [new("CAM", "train", 20, 0.5, [0.8, 0.2]), new("CRF", "train", 20, 0.55, [0.7, 0.4]), new("CRF + SAM masks", "train", 20, 0.65, [0.7, null]), new("segmentation", "val", 20, 0.6, [0.7, 0.5])] };
        var table = StepChanges.Draw(record)!.ToString();

        Assert.That(table, Does.Contain("CRF less CAM, train").And.Contain("CRF + SAM masks less CRF, train").And.Not.Contain("segmentation"));
        Assert.That(table, Does.Contain(">−10.0<").And.Contain(">+20.0<").And.Contain(">0.0<").And.Contain(">–<").And.Contain(">+10.0<"));
    }
}
