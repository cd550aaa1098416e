using System.CommandLine;
using System.CommandLine.Parsing;

namespace Pole.Runner.Commands;

/// <summary>Options and arguments that are given an empty text, as an unset variable of a shell gives it: no file, folder or name is called so.</summary>
internal static class EmptyValues
{
    public static IEnumerable<string> In(ParseResult parsed) => Of(parsed.RootCommandResult);

    private static IEnumerable<string> Of(CommandResult command) => command.Children.SelectMany(child => child switch
    {
        CommandResult below => Of(below),
        OptionResult option when IsEmpty(option) => [$"{option.Option.Name} is empty; give it a value or leave it out"],
        ArgumentResult argument when IsEmpty(argument) => [$"'{argument.Argument.Name}' is empty"],
        _ => [],
    });

    private static bool IsEmpty(SymbolResult result) => result.Tokens.Any(token => token.Type == TokenType.Argument && string.IsNullOrWhiteSpace(token.Value));
}
