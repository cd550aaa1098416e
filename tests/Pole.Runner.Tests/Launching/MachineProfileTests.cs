using Pole.Runner.Launching;
using Pole.Runner.Launching.Kubernetes;
using Pole.Runner.Launching.Local;
using Pole.Runner.Launching.Slurm;

namespace Pole.Runner.Tests.Launching;

public sealed class MachineProfileTests
{
    private string file = "";

    [SetUp]
    public void CreateFile() => file = Path.GetTempFileName();

    [TearDown]
    public void DeleteFile() => File.Delete(file);

    [Test]
    public void A_stage_has_its_own_resources_over_the_general_ones()
    {
        var profile = Read("""
            command: [apptainer, exec, pole.sif, pole]
            setup: |
              module load apptainer
            parallel: 16
            resources: { cpus: 8, memory: 32G, gpus: 1, time: 8:00:00, partition: gpu }
            stages:
              pseudo-masks: { cpus: 32, gpus: 0, shards: 4, time: 36:30:00, device: cpu, memory: 900M }
            """);

        Assert.That(profile.Of("clims"), Is.EqualTo(new StageResources { Cpus = 8, Memory = 32 * 1024, Gpus = 1, Time = TimeSpan.FromHours(8), Partition = "gpu" }));
        Assert.That(profile.Of("pseudo-masks"), Is.EqualTo(new StageResources { Cpus = 32, Memory = 900, Gpus = 0, Shards = 4, Time = TimeSpan.FromHours(36.5), Device = "cpu", Partition = "gpu" }));
        Assert.That((profile.Command, profile.Setup, profile.Parallel), Is.EqualTo((new[] { "apptainer", "exec", "pole.sif", "pole" }, "module load apptainer\n", (int?)16)));
    }

    [Test]
    public void An_empty_profile_leaves_everything_to_the_engine() => Assert.That(Read("").Of("clims"), Is.EqualTo(new StageResources()));

    [TestCase("cpu: 8", "(1,1): a machine profile has no 'cpu' here; there are command, grace, kubernetes, local, parallel, requeues, resources, setup, slurm, stages, tracking")]
    [TestCase("resources: { cpu: 8 }", "(1,14): a machine profile has no 'cpu' here; did you mean 'cpus'?")]
    [TestCase("resources:\n  cpus: many", "(2,9): cpus is 'many'; it is a whole number of at least 1")]
    [TestCase("resources:\n  memory: 32", "(2,11): memory is '32'; write 64G or 500M")]
    [TestCase("resources:\n  time: 8h", "(2,9): time is '8h'; write hours:minutes:seconds, such as 8:00:00")]
    [TestCase("resources:\n  device: tpu", "(2,11): device is 'tpu'; write cpu, cuda or auto")]
    [TestCase("stages:\n  climms: { cpus: 1 }", "(2,3): a machine profile has no 'climms' here; did you mean 'clims'?")]
    [TestCase("parallel: 0", "(1,11): parallel is '0'; it is a whole number of at least 1")]
    [TestCase("kubernetes: { image: pole, claim: work }", "(1,13): 'mount' is missing")]
    [TestCase("slurm:\n  acount: research", "(2,3): a machine profile has no 'acount' here; did you mean 'account'?")]
    [TestCase("slurm: { account: [a, b] }", "(1,19): a single value is expected here")]
    [TestCase("local: 0", "(1,8): a map of keys is expected here")]
    [TestCase("account: a\nslurm: { account: b }", "(1,1): 'account' is given here and in 'slurm', where it stands now: take it out here")]
    [TestCase("qos: [high]", "(1,6): a single value is expected here")]
    [TestCase("slurmm: { account: a }", "(1,1): a machine profile has no 'slurmm' here; did you mean 'slurm'?")]
    [TestCase("tracking: { experiment: a }", "(1,11): 'uri' is missing")]
    [TestCase("tracking: { uri: ./mlruns }", "(1,18): uri is the http or https address of an MLflow server, such as https://mlflow.example.org")]
    [TestCase("tracking: { uri: 'https://me:secret@host' }", "(1,18): uri has a password in it, and others read a profile: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN")]
    [TestCase("tracking: { uri: 'https://host', token: secret }", "(1,34): a machine profile has no 'token' here; there are experiment, uri")]
    [TestCase("resources: 8", "(1,12): a map of keys is expected here")]
    [TestCase("parallel:\n\t8", "(2,1): a tab cannot indent YAML; use spaces")]
    public void What_a_profile_cannot_say_is_an_error_at_its_place(string text, string message) =>
        Assert.That(() => Read(text), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo(file + message));

    [Test]
    public void A_launcher_has_the_section_of_its_name()
    {
        var profile = Read("local: { devices: [0, 1] }\nslurm: { account: research, qos: normal }\nkubernetes:\n  image: pole\n  claim: work\n  mount: /work");

        Assert.That(((LocalOptions)ChosenLauncher.Of("local", profile).Options).Devices, Is.EqualTo(new[] { "0", "1" }));
        Assert.That(ChosenLauncher.Of("slurm", profile).Options, Is.EqualTo(new SlurmOptions { Account = "research", Qos = "normal" }));
        Assert.That(ChosenLauncher.Of("kubernetes", profile).Options, Is.EqualTo(new KubernetesOptions { Image = "pole", Claim = "work", Mount = "/work" }));
        Assert.That(profile.Warnings, Is.Empty);
    }

    [Test]
    public void Without_its_section_a_launcher_has_its_defaults_or_says_what_it_needs()
    {
        Assert.That(ChosenLauncher.Of("slurm", Read("parallel: 2")).Options, Is.EqualTo(new SlurmOptions()));
        Assert.That(() => ChosenLauncher.Of("kubernetes", Read("kubernetes:")), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("--launcher kubernetes needs a machine profile with 'kubernetes': its image, claim and mount"));
    }

    [Test]
    public void A_profile_of_the_former_form_is_read_with_a_warning_that_says_the_new_one()
    {
        var profile = Read("account: research\ndevices: [0, 1]\nconstraint: a100\nslurm: { qos: normal }");

        Assert.That(ChosenLauncher.Of("slurm", profile).Options, Is.EqualTo(new SlurmOptions { Account = "research", Qos = "normal", Constraint = "a100" }));
        Assert.That(((LocalOptions)ChosenLauncher.Of("local", profile).Options).Devices, Is.EqualTo(new[] { "0", "1" }));
        Assert.That(profile.Warnings, Is.EqualTo(new[]
        {
            $"{file}(1,1): warning: 'account' stands in 'slurm' now: slurm: {{ account: … }}", $"{file}(2,1): warning: 'devices' stands in 'local' now: local: {{ devices: … }}",
            $"{file}(3,1): warning: 'constraint' stands in 'slurm' now: slurm: {{ constraint: … }}",
        }));
    }

    [Test]
    public void A_profile_that_is_not_UTF_8_is_an_error_at_its_place()
    {
        File.WriteAllBytes(file, [.. "# x\naccount: na"u8, 0xEF, .. "ve\n"u8]);

        Assert.That(() => MachineProfileFile.Read(file), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{file}(2,12): the file is not UTF-8"));
    }

    [Test]
    public void A_profile_that_is_not_there_is_an_error() => Assert.That(() => MachineProfileFile.Read("nowhere.yaml"), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("nowhere.yaml does not exist; see docs/scaling.md for what it can say"));

    private MachineProfile Read(string text)
    {
        File.WriteAllText(file, text);
        return MachineProfileFile.Read(file);
    }
}
