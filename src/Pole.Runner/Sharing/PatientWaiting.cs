using static TorchSharp.torch;

namespace Pole.Runner.Sharing;

/// <summary>
/// Makes OpenMP's threads wait without spinning, while the process runs. libgomp reads its wait policy when it is loaded, but spins a few microseconds only while it manages more threads than the process had cores then: so
/// as many idle teams as there were cores, each of a thread of its own, stand by as long as this lives.
/// </summary>
internal sealed class PatientWaiting : IDisposable
{
    /// <summary>Enough for two threads: torch gives 32,768 elements to one.</summary>
    private const long Elements = 1 << 17;

    private readonly ManualResetEventSlim end = new();
    private readonly List<Thread> teams;

    /// <param name="cores">That the process had when libgomp was loaded.</param>
    public PatientWaiting(int cores)
    {
        using var ready = new CountdownEvent(cores);
        teams = [.. Enumerable.Range(0, cores).Select(_ => new Thread(() => StandBy(ready)) { IsBackground = true, Name = "idle OpenMP team" })];
        foreach (var team in teams) team.Start();
        ready.Wait();
    }

    public void Dispose()
    {
        end.Set();
        foreach (var team in teams) team.Join();
        end.Dispose();
    }

    private void StandBy(CountdownEvent ready)
    {
        using (NewDisposeScope()) zeros(Elements, device: CPU).exp_();
        ready.Signal();
        end.Wait();
    }
}
