namespace Pole.Runner.Commands;

/// <summary>Errors that a person can act on become a line each on standard error; any other exception is a fault of ours and shows where it happened.</summary>
internal static class CommandErrors
{
    /// <summary>Shows what is behind an error, for whoever looks for the cause: <c>POLE_TRACE=1</c>.</summary>
    public const string TraceVariable = "POLE_TRACE";

    public static int Report(Action action) => Report(() =>
    {
        action();
        return ExitCodes.Success;
    });

    /// <exception cref="OperationCanceledException">The command was stopped.</exception>
    public static int Report(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception exception) when (IsForUser(exception))
        {
            foreach (var message in exception is MissingInputsException missing ? missing.Faults : [WithRemedy(exception)]) Console.Error.WriteLine($"error: {OneLine(message)}");
            if (Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 }) Console.Error.WriteLine(exception);
            return ExitCodes.Failure;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Console.Error.WriteLine(exception);
            Console.Error.WriteLine("error: this is a fault of this program, not of its input; please report it with the lines above, the command line and the version that environment.json of a run names");
            return ExitCodes.InternalFault;
        }
    }

    /// <summary>Errors of the file system name a path and no way out.</summary>
    private static string WithRemedy(Exception exception)
    {
        const int noSpace = 28, isFolder = 21, diskFull = unchecked((int)0x80070070);
        var remedy = exception switch
        {
            ExperimentException => null,
            UnauthorizedAccessException => "give permission to it, or another place",
            DirectoryNotFoundException => "make the folder first, or give another place",
            { HResult: noSpace or diskFull } => "free some space there, or give another place",
            { HResult: isFolder } => "it is a folder; give a file",
            _ => null,
        };
        return remedy is null ? exception.Message : $"{exception.Message.TrimEnd('.')}; {remedy}";
    }

    /// <summary>Names in files, and of files, may hold line feeds and the codes that steer a terminal.</summary>
    private static string OneLine(string message) => string.Create(message.Length, message, (line, text) =>
    {
        for (var place = 0; place < line.Length; place++) line[place] = char.IsControl(text[place]) ? ' ' : text[place];
    });

    /// <summary>Whether the message says all that there is to know: errors of ours, and those of the file system, which name a path.</summary>
    public static bool IsForUser(Exception exception) => exception is ExperimentException or IOException or UnauthorizedAccessException;
}
