namespace Pole.Runner.Commands;

/// <summary>Errors that a person can act on become one line on standard error and an exit code.</summary>
internal static class CommandErrors
{
    public static int Report(Action action)
    {
        try
        {
            action();
            return ExitCodes.Success;
        }
        catch (Exception exception) when (exception is ExperimentException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {exception.Message}");
            return ExitCodes.Failure;
        }
    }
}
