using Pole.Pipeline.Training;
using Pole.Runner.Runs;
using Pole.Runner.Tracking;

namespace Pole.Runner.Tests.Tracking;

public sealed class MetricsTailTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-tail-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Measurements_are_read_while_the_run_writes_them()
    {
        using var metrics = new MetricsFile(folder);
        var tail = new MetricsTail(folder);
        var read = new List<Measurement>();
        foreach (var measurement in RecordedFolder.Measurements(1000))
        {
            metrics.Add(measurement);
            if (measurement.Step % 100 == 0) Read(tail, read);
        }

        Read(tail, read);
        Assert.That(read.Select(MeasurementFile.Line), Is.EqualTo(RecordedFolder.Measurements(1000).Select(MeasurementFile.Line)));
    }

    [Test]
    public void A_line_is_read_once_it_is_whole()
    {
        var line = MeasurementFile.Line(RecordedFolder.Measurements(1).First());
        var path = Path.Combine(folder, MeasurementFile.Name);
        var tail = new MetricsTail(folder);
        Assert.That(tail.Next(), Is.Empty);

        File.WriteAllText(path, line[..10]);
        Assert.That(tail.Next(), Is.Empty);

        File.AppendAllText(path, $"{line[10..]}\n");
        Assert.That(tail.Next(), Has.Count.EqualTo(1));
    }

    [Test]
    public void What_was_not_accepted_comes_again()
    {
        File.WriteAllLines(Path.Combine(folder, MeasurementFile.Name), RecordedFolder.Measurements(3).Select(MeasurementFile.Line));
        var tail = new MetricsTail(folder);

        Assert.That(tail.Next(), Has.Count.EqualTo(6));
        Assert.That(tail.Next(), Has.Count.EqualTo(6));
        tail.Accept();
        Assert.That(tail.Next(), Is.Empty);
    }

    [Test]
    public void Damaged_lines_are_left_out_and_lines_longer_than_a_block_are_read()
    {
        var wide = new Measurement("clip", 1, 1, Enumerable.Range(0, 20_000).ToDictionary(number => $"value-{number}", number => (double)number));
        File.WriteAllLines(Path.Combine(folder, MeasurementFile.Name), [new string('x', 200_000), "{", MeasurementFile.Line(wide)]);

        var read = new List<Measurement>();
        Read(new MetricsTail(folder), read);

        Assert.That(read.Single().Values, Has.Count.EqualTo(20_000));
    }

    private static void Read(MetricsTail tail, List<Measurement> read)
    {
        while (tail.Next() is { Count: > 0 } next)
        {
            read.AddRange(next);
            tail.Accept();
        }
    }
}
