using System.CommandLine;
using Pole.Runner.Specs;

namespace Pole.Runner.Commands;

/// <summary><c>pole reference</c>: every key and module, or every diagnostic, as Markdown.</summary>
internal static class ReferenceCommand
{
    public static Command Create()
    {
        var diagnostics = new Option<bool>("--diagnostics") { Description = "Print the diagnostics of specs and builds instead." };
        var command = new Command("reference", "Print every key that a spec can have and every module, as Markdown.") { diagnostics };
        command.SetAction(parsed =>
        {
            Console.Write(parsed.GetValue(diagnostics) ? DiagnosticsReference.Write() : SpecReference.Write());
            return ExitCodes.Success;
        });
        return command;
    }
}
