using System.Runtime.InteropServices;

namespace Pole.Runner.Commands;

/// <summary>Ctrl-C, or SIGTERM as a cluster sends it, asks a command to stop where nothing is lost; a second one ends the process at once.</summary>
internal static class Interruption
{
    /// <returns>What the command returned, or <see cref="ExitCodes.Stopped"/>.</returns>
    public static int Run(Func<CancellationToken, int> command) => Run(command, (_, earlier) => earlier == 0);

    /// <summary>
    /// For a process that another started. That one gets the terminal's Ctrl-C too and sends SIGTERM. SIGTERM may come twice, as schedulers send it to a script and to
    /// what it runs, and never ends the process at once: whoever wants that has SIGKILL.
    /// </summary>
    /// <inheritdoc cref="Run(Func{CancellationToken, int})"/>
    public static int RunStarted(Func<CancellationToken, int> command) => Run(command, (signal, _) => signal is PosixSignal.SIGTERM ? true : null);

    /// <param name="asks">Whether a signal asks to stop, given how many came before; false ends the process, null does nothing.</param>
    private static int Run(Func<CancellationToken, int> command, Func<PosixSignal, int, bool?> asks)
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
            Console.Error.WriteLine("stopped: finished stages and a checkpoint of the training are kept; run again to resume");
            return ExitCodes.Stopped;
        }

        void Stop(PosixSignalContext signal)
        {
            // Where it is not cancelled, the system does what it does with the signal: the process ends.
            var asked = asks(signal.Signal, Interlocked.Increment(ref signals) - 1);
            signal.Cancel = asked is not false;
            if (asked is not null) stop.Cancel();
        }
    }
}
