using Pole.Runner.Comparing;
using Pole.Runner.Tests.Tracking;

namespace Pole.Runner.Tests.Comparing;

public sealed class RunTableTests
{
    [Test]
    public void Every_key_that_differs_is_a_column_and_none_that_is_the_same()
    {
        var table = RunTable.Of([Run("a", 0, ("same", "1"), ("prompt.synonyms", "2"), ("prompt.corpus.fish", "[fish]")), Run("b", 1, ("same", "1"), ("prompt.synonyms", "4"), ("clip.name", "tiny"))]);

        Assert.That(table.Columns, Is.EqualTo(new[] { "experiment", "folder", "fingerprint", "seed", "method", "clip.name", "prompt.corpus.fish", "prompt.synonyms", "CAM mode", "CAM val mIoU", "CAM val boundary-f1", "CAM val IoU background", "CAM val IoU fish", "random walk train mIoU", "random walk train IoU background", "random walk train IoU fish" }));
        Assert.That(table.Rows[1].Skip(3).Take(5), Is.EqualTo(new object?[] { 1.0, "POLE", new SpecText("tiny"), null, new SpecText("4") }));
    }

    [Test]
    public void CSV_has_numbers_in_full_and_nothing_where_a_run_has_no_value() =>
        Assert.That(RunTableText.Csv(RunTable.Of([Run("a", 0, ("x", "=1+1")), Run("b", 1)])), Is.EqualTo($"""
            experiment,folder,fingerprint,seed,method,x,CAM mode,CAM val mIoU,CAM val boundary-f1,CAM val IoU background,CAM val IoU fish,random walk train mIoU,random walk train IoU background,random walk train IoU fish
            shapes/stub,a,{RecordedFolder.Fingerprint},0,POLE,'=1+1,"CAM, threshold 0.3",0.1,0.25,0.9,,0.6,0.8,0.4
            shapes/stub,b,{RecordedFolder.Fingerprint},1,POLE,,"CAM, threshold 0.3",0.1,0.25,0.9,,0.6,0.8,0.4

            """));

    [Test]
    public void JSON_has_numbers_as_numbers()
    {
        var json = RunTableText.Json(RunTable.Of([Run("a", 0, ("rate", "1e-3"), ("name", "7a"), ("flag", "true"), ("odd", "nan")), Run("b", 1)]));

        Assert.That(json, Does.Contain("\"rate\": 0.001").And.Contain("\"name\": \"7a\"").And.Contain("\"flag\": true").And.Contain("\"odd\": \"nan\"").And.Contain("\"rate\": null").And.Contain("\"seed\": 1").And.Contain("\"CAM val mIoU\": 0.1"));
    }

    [TestCase("\"0.5\"", "\"0.5\"", "0.5")]
    [TestCase("'0.5'", "\"0.5\"", "0.5")]
    [TestCase("\"true\"", "\"true\"", "true")]
    [TestCase("1E-05", "1E-05", "1E-05")]
    [TestCase("9007199254740993", "9007199254740993", "9007199254740993")]
    [TestCase("[a, \"b, c\", 2]", "[\n      \"a\",\n      \"b, c\",\n      2\n    ]", "\"[a, \"\"b, c\"\", 2]\"")]
    [TestCase("[not: closed", "\"[not: closed\"", "[not: closed")]
    public void Values_of_a_spec_are_typed_without_the_quotation_marks_of_YAML(string yaml, string json, string csv)
    {
        var table = RunTable.Of([Run("a", 0, ("x", yaml)), Run("b", 1)]);

        Assert.That(RunTableText.Json(table), Does.Contain($"\"x\": {json},"));
        Assert.That(RunTableText.Csv(table), Does.Contain($",POLE,{csv},"));
    }

    [Test]
    public void A_run_that_is_named_twice_is_one_row() => Assert.That(RunTable.Of([Run("a", 0), Run("./a", 0)]).Rows, Has.Count.EqualTo(1));

    private static StoredRun Run(string folder, int seed, params (string Key, string Value)[] spec) => new(folder, RecordedFolder.Record(0.1, spec: spec.ToDictionary(entry => entry.Key, entry => entry.Value), seed: seed));
}
