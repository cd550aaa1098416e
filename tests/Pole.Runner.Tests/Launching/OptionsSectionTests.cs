using System.ComponentModel.DataAnnotations;
using Pole.Runner.Launching;
using Pole.Specs.Yaml;

namespace Pole.Runner.Tests.Launching;

public sealed class OptionsSectionTests
{
    public enum Ending
    {
        AnyWay,
        Well,
    }

    public sealed record Options
    {
        public required string Host { get; init; }

        [System.ComponentModel.DataAnnotations.Range(1, 65535)] public int? Port { get; init; }

        [System.ComponentModel.DataAnnotations.Range(0.0, 1.0)] public double Share { get; init; } = 0.5;

        public bool KeepsLogs { get; init; }

        public Ending? StartsAfter { get; init; }

        [Length(1, 2)] public IReadOnlyList<string> Queues { get; init; } = ["default"];

        [RegularExpression("[a-z]+")] public string? User { get; init; }

        [AllowedValues(8, 16)] public int Block { get; init; } = 8;

        public TimeSpan Pause { get; init; }
    }

    [Test]
    public void Keys_are_properties_in_kebab_case_and_what_is_not_given_has_its_default()
    {
        var options = Read("{ host: a, port: 22, share: 0.25, keeps-logs: true, starts-after: any-way, queues: [x, y], user: ~ }");

        Assert.That((options.Host, options.Port, options.Share, options.KeepsLogs, options.StartsAfter, options.User, options.Block), Is.EqualTo(("a", (int?)22, 0.25, true, (Ending?)Ending.AnyWay, (string?)null, 8)));
        Assert.That(options.Queues, Is.EqualTo(new[] { "x", "y" }));
        Assert.That(Read("{ host: a, queues: x }").Queues, Is.EqualTo(new[] { "x" }));
    }

    [TestCase("{ port: 22 }", "(1,3): 'host' is missing")]
    [TestCase("{ host: a, prot: 22 }", "(1,12): a machine profile has no 'prot' here; did you mean 'port'?")]
    [TestCase("{ host: a, port: ssh }", "(1,18): port is 'ssh'; it is a whole number")]
    [TestCase("{ host: a, port: 0 }", "(1,18): port is '0'; it can be 1 to 65535")]
    [TestCase("{ host: a, share: half }", "(1,19): share is 'half'; it is a number")]
    [TestCase("{ host: a, share: 1.5 }", "(1,19): share is '1.5'; it can be 0 to 1")]
    [TestCase("{ host: a, keeps-logs: yes }", "(1,24): keeps-logs is 'yes'; it is true or false")]
    [TestCase("{ host: a, starts-after: wel }", "(1,26): starts-after is 'wel'; did you mean 'well'?")]
    [TestCase("{ host: a, starts-after: never }", "(1,26): starts-after is 'never'; it can be any-way, well")]
    [TestCase("{ host: a, queues: [x, y, z] }", "(1,20): queues is 'x, y, z'; 1 to 2 items are needed")]
    [TestCase("{ host: a, user: 7 }", "(1,18): user is '7'; it must match the regular expression [a-z]+")]
    [TestCase("{ host: a, block: 9 }", "(1,19): block is '9'; it can be 8, 16")]
    [TestCase("{ host: a, pause: 9 }", "(1,19): pause cannot be read: options in a machine profile are texts, whole numbers, numbers, booleans, enumerations and lists of texts, and this one is a TimeSpan")]
    public void What_does_not_fit_is_an_error_at_its_place(string yaml, string message) => Assert.That(() => Read(yaml), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"profile.yaml{message}"));

    private static Options Read(string yaml) => (Options)OptionsSection.Read(typeof(Options), (YamlMap)YamlReader.Read("profile.yaml", yaml).Root!);
}
