using Pole.Runner.Runs;
using Pole.Runner.Tests.Tracking;

namespace Pole.Runner.Tests;

/// <summary>Records of runs that something else has written to.</summary>
public sealed class RunRecordTests
{
    private string folder = "";

    [SetUp]
    public void WriteRecord() => RecordedFolder.Record().Write(folder = Directory.CreateTempSubdirectory("pole-record-").FullName);

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCase("\"seed\": 3", "\"seed\": \"three\"", "the value at 'seed' is of another kind")]
    [TestCase("\"seed\": 3,", "", "it lacks 'seed'")]
    [TestCase("\"spec\": {", "\"spec\": [{", "the value at 'spec' is of another kind")]
    [TestCase("\"method\": \"POLE\"", "\"method\": null", "'Method' is null")]
    [TestCase("\"seed\": 3", "\"seed\": x", "its JSON is malformed at 'seed': 'x' is an invalid start of a value")]
    public void Damage_is_said_in_words_of_the_file(string whole, string damaged, string reason)
    {
        var path = Path.Combine(folder, RunRecord.FileName);
        File.WriteAllText(path, File.ReadAllText(path).Replace(whole, damaged, StringComparison.Ordinal));

        Assert.That(() => RunRecord.Read(folder), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{path}: cannot be read as the result of a run: {reason}; run the experiment again; stages that are stored cost it nothing").IgnoreCase);
    }

    [TestCase(40)]
    [TestCase(400)]
    public void A_record_that_was_cut_says_so(int length)
    {
        var path = Path.Combine(folder, RunRecord.FileName);
        File.WriteAllText(path, File.ReadAllText(path)[..length]);

        Assert.That(() => RunRecord.Read(folder), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{path}: cannot be read as the result of a run: it ends too early"));
    }

    [Test]
    public void A_network_is_read_once_for_its_digest()
    {
        var place = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, RunFolder.CheckpointsFolder)).FullName, RunNetworks.FileOf("clims"));
        File.WriteAllText(place, "weights");
        var networks = new RunNetworks(new(folder, RecordedFolder.Record()), Path.Combine(folder, "stages"));
        var network = networks.Require("clims");
        File.WriteAllText(place, "other weights");

        Assert.That((networks.Require("clims"), networks.Require("clims").Sha256), Is.EqualTo((network, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("weights"u8)))));
    }
}
