using System.CommandLine;
using Pole.Runner.Specs;

namespace Pole.Runner.Commands;

/// <summary><c>pole reference</c>: every key and module as Markdown.</summary>
internal static class ReferenceCommand
{
    public static Command Create()
    {
        var command = new Command("reference", "Print every key that a spec can have and every module, as Markdown.");
        command.SetAction(_ =>
        {
            Console.Write(SpecReference.Write());
            return ExitCodes.Success;
        });
        return command;
    }
}
