using System.CommandLine;
using System.CommandLine.Parsing;
using Pole.Runner.Specs;
using Pole.Specs.Diagnostics;

namespace Pole.Runner.Commands;

/// <summary>What to say to a command line that cannot be parsed: the nearest command or option, and for a value of a spec, which other tools take here, where it goes.</summary>
internal static class MistypedArguments
{
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        // An argument of several names takes a mistyped option for one of them, and the value behind it for another.
        var taken = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).Where(token => token.StartsWith('-') || token.Contains('=') && SpecKeyOf(token) is not null).ToList();
        if (taken.Count > 0) return taken.Select(token => Unknown(token, command));
        if (parsed.UnmatchedTokens.Count == 0) return parsed.Errors.Select(error => error.Message);
        if (command.Subcommands.Any(below => !below.Hidden)) return [UnknownCommand(parsed.UnmatchedTokens[0], command)];

        // A value behind a mistyped option is one more token that nothing takes.
        var named = parsed.UnmatchedTokens.Where(token => SpecKeyOf(token) is not null || token.StartsWith('-')).ToList();
        var others = parsed.Errors.Select(error => error.Message).Where(message => !parsed.UnmatchedTokens.Any(token => message.Contains($"'{token}'", StringComparison.Ordinal)));
        return [.. others, .. named.Count == 0 ? parsed.UnmatchedTokens.Select(token => $"'{token}' is one argument too many") : named.Select(token => Unknown(token, command))];
    }

    private static string UnknownCommand(string token, Command command)
    {
        var (names, place) = (command.Subcommands.Where(below => !below.Hidden).Select(below => below.Name).ToList(), command is RootCommand ? "" : $"{command.Name} ");
        return token.StartsWith('-') ? Unknown(token, command) : $"there is no command '{place}{token}'{Nearest.Hint(token, names, "there are")}";
    }

    private static string Unknown(string token, Command command)
    {
        var options = command.Options.Where(option => !option.Hidden).Select(option => option.Name).ToList();
        var name = token.Split('=')[0];
        if (token.StartsWith('-') && Nearest.Of(name, options) is { } meant) return $"there is no option '{name}'; did you mean '{meant}'?";
        return SpecKeyOf(token) is { } key ? $"'{key}' is a key of the spec, and specs are not changed from the command line: give it in a spec of its own that extends this one (pole new NAME --from SPEC), several values in a sweep" : $"there is no option '{name}'";
    }

    /// <summary>As Hydra's and mmsegmentation's users type it: <c>clims.epochs=3</c>, <c>--seed</c>, <c>+seed=1</c>.</summary>
    /// <returns>Null where the token does not begin with a key of an experiment.</returns>
    private static string? SpecKeyOf(string token)
    {
        var key = token.TrimStart('-', '+').Split('=')[0];
        return SpecKeys.Of(typeof(Experiment)).Any(known => known.Name == key.Split('.')[0]) && (token != key || key.Contains('.')) ? key : null;
    }
}
