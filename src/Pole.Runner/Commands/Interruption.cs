namespace Pole.Runner.Commands;

/// <summary>Ctrl-C asks a command to stop where nothing is lost; a second one ends the process at once.</summary>
internal static class Interruption
{
    /// <returns>What the command returned, or <see cref="ExitCodes.Stopped"/>.</returns>
    public static int Run(Func<CancellationToken, int> command)
    {
        using var stop = new CancellationTokenSource();
        ConsoleCancelEventHandler handler = (_, pressed) =>
        {
            pressed.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        };
        Console.CancelKeyPress += handler;
        try
        {
            return command(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("stopped: finished stages are kept, run again to go on");
            return ExitCodes.Stopped;
        }
        finally
        {
            Console.CancelKeyPress -= handler;
        }
    }
}
