using Pole.Runner.Tracking;

namespace Pole.Runner.Tests.Tracking;

public sealed class TrackingTargetTests
{
    [Test]
    public void Nothing_is_tracked_where_nobody_asked_for_it() => Assert.That(TrackingTarget.Find(null, _ => null), Is.Null);

    [Test]
    public void The_environment_counts_before_the_profile()
    {
        var target = Find(new TrackingSection { Uri = "http://profile", Experiment = "of the profile" }, ("MLFLOW_TRACKING_URI", "https://environment/mlflow"), ("MLFLOW_EXPERIMENT_NAME", "mine"))!;

        Assert.That((target.Server.AbsoluteUri, target.Experiment), Is.EqualTo(("https://environment/mlflow/", "mine")));
    }

    [Test]
    public void A_profile_alone_is_enough()
    {
        var target = Find(new TrackingSection { Uri = "http://profile:5000" })!;

        Assert.That((target.Server.AbsoluteUri, target.Experiment, target.Authorization), Is.EqualTo(("http://profile:5000/", "pole", (object?)null)));
    }

    [TestCase("file:///mlruns")]
    [TestCase("sqlite:///mlflow.db")]
    [TestCase("databricks")]
    [TestCase("./mlruns")]
    [TestCase("https://a/?b=c")]
    public void What_is_no_address_of_a_server_is_one_error(string uri) =>
        Assert.That(() => Find(null, ("MLFLOW_TRACKING_URI", uri)), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"MLFLOW_TRACKING_URI is not the http or https address of an MLflow server: '{uri}'. Name one such as https://mlflow.example.org, or unset it"));

    [Test]
    public void An_error_never_repeats_a_password() =>
        Assert.That(() => Find(null, ("MLFLOW_TRACKING_URI", "ftp://me:secret@host")), Throws.InstanceOf<ExperimentException>().With.Message.Not.Contains("secret"));

    [TestCase("MLFLOW_TRACKING_TOKEN", "abc\n", "Bearer abc")]
    [TestCase("MLFLOW_TRACKING_USERNAME", "me", null)]
    public void A_token_is_a_bearer_and_a_name_without_password_is_nothing(string variable, string value, string? header) =>
        Assert.That(Find(null, ("MLFLOW_TRACKING_URI", "http://host"), (variable, value))!.Authorization?.ToString(), Is.EqualTo(header));

    [Test]
    public void Name_and_password_count_before_the_token() =>
        Assert.That(Find(null, ("MLFLOW_TRACKING_URI", "http://host"), ("MLFLOW_TRACKING_USERNAME", "me"), ("MLFLOW_TRACKING_PASSWORD", "pw"), ("MLFLOW_TRACKING_TOKEN", "abc"))!.Authorization?.ToString(), Is.EqualTo($"Basic {Convert.ToBase64String("me:pw"u8)}"));

    [Test]
    public void A_token_with_a_line_break_in_it_is_an_error_that_does_not_repeat_it() =>
        Assert.That(() => Find(null, ("MLFLOW_TRACKING_URI", "http://host"), ("MLFLOW_TRACKING_TOKEN", "sec\nret")), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith("MLFLOW_TRACKING_TOKEN has characters that no token has").And.Message.Not.Contains("ret:"));

    private static TrackingTarget? Find(TrackingSection? profile, params (string Name, string Value)[] variables) => TrackingTarget.Find(profile, name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
