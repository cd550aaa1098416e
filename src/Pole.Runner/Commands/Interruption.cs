using System.Runtime.InteropServices;

namespace Pole.Runner.Commands;

/// <summary>Ctrl-C, or SIGTERM as a cluster sends it, asks a command to stop where nothing is lost; a second one ends the process at once.</summary>
internal static class Interruption
{
    /// <returns>What the command returned, or <see cref="ExitCodes.Stopped"/>.</returns>
    public static int Run(Func<CancellationToken, int> command)
    {
        using var stop = new CancellationTokenSource();
        var signals = 0;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return command(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("stopped: finished stages and a checkpoint of the training are kept, run again to go on");
            return ExitCodes.Stopped;
        }

        void Stop(PosixSignalContext signal)
        {
            // Where it is not cancelled, the system does what it does with the signal: the process ends.
            signal.Cancel = Interlocked.Increment(ref signals) == 1;
            stop.Cancel();
        }
    }
}
