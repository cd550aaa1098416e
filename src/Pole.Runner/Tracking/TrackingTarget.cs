using System.Net.Http.Headers;
using System.Text;
using Pole.Runner.Commands;

namespace Pole.Runner.Tracking;

/// <summary>The MLflow server and experiment that runs are logged to. Not a record: its credentials must not end up in a message.</summary>
internal sealed class TrackingTarget
{
    public const string DefaultExperiment = "pole", UriVariable = "MLFLOW_TRACKING_URI";

    private const string ExperimentVariable = "MLFLOW_EXPERIMENT_NAME", TokenVariable = "MLFLOW_TRACKING_TOKEN", UserVariable = "MLFLOW_TRACKING_USERNAME", PasswordVariable = "MLFLOW_TRACKING_PASSWORD";

    private TrackingTarget(Uri server, string experiment, AuthenticationHeaderValue? authorization) => (Server, Experiment, Authorization) = (server, experiment, authorization);

    /// <summary>Ends with a slash, and has no credentials.</summary>
    public Uri Server { get; }

    public string Experiment { get; }

    /// <summary>Null where none are given.</summary>
    public AuthenticationHeaderValue? Authorization { get; }

    /// <summary>The environment counts before the profile, so that one run can be logged elsewhere.</summary>
    /// <returns>Null where neither names a server: tracking is opt-in.</returns>
    /// <exception cref="ExperimentException">What is given is not the address of a server, or not a header.</exception>
    public static TrackingTarget? Find(TrackingSection? profile, Func<string, string?> setting)
    {
        var (variable, text) = setting(UriVariable) is { } own ? (UriVariable, own) : ("tracking.uri", profile?.Uri);
        if (text is null) return null;
        var given = AddressOf(text) ?? throw new ExperimentException($"{variable} is not the http or https address of an MLflow server{(text.Contains('@', StringComparison.Ordinal) ? "" : $": '{text}'")}. Name one such as https://mlflow.example.org, or unset it");
        var server = new UriBuilder(given) { UserName = "", Password = "", Path = $"{given.AbsolutePath.TrimEnd('/')}/" }.Uri;
        return new TrackingTarget(server, setting(ExperimentVariable) ?? profile?.Experiment ?? DefaultExperiment, AuthorizationOf(given, setting));
    }

    /// <inheritdoc cref="Find(TrackingSection?, Func{string, string?})"/>
    public static TrackingTarget? Find(TrackingSection? profile) => Find(profile, MachineOptions.Setting);

    /// <summary>For a run, which goes on untracked where the environment is set for another program: MLflow's own client takes files and data bases too.</summary>
    public static TrackingTarget? FindForRun(TrackingSection? profile)
    {
        try
        {
            return Find(profile);
        }
        catch (ExperimentException exception)
        {
            Console.Error.WriteLine($"warning: {exception.Message}; this run is not tracked");
            return null;
        }
    }

    /// <returns>Null for what is not the address of a server.</returns>
    public static Uri? AddressOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0 && uri.Fragment.Length == 0 ? uri : null;

    /// <summary>In the order of MLflow's client: name and password, then token.</summary>
    private static AuthenticationHeaderValue? AuthorizationOf(Uri given, Func<string, string?> setting)
    {
        if (given.UserInfo.Length > 0) return Basic(Uri.UnescapeDataString(given.UserInfo));
        if (setting(UserVariable) is { } user && setting(PasswordVariable) is { } password) return Basic($"{user}:{password}");
        if (setting(TokenVariable)?.Trim() is not { } token) return null;
        return token.Any(character => character is <= ' ' or >= '\x7f') ? throw new ExperimentException($"{TokenVariable} has characters that no token has: set it again, without blanks and line breaks") : new AuthenticationHeaderValue("Bearer", token);
    }

    private static AuthenticationHeaderValue Basic(string credentials) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
}
