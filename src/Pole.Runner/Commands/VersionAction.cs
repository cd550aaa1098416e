using System.CommandLine;
using System.CommandLine.Invocation;

namespace Pole.Runner.Commands;

/// <summary><c>pole --version</c>: the version of Pole.Framework.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        Console.WriteLine(FrameworkVersion.Text);
        return ExitCodes.Success;
    }
}
