using Pole.Compute;

namespace Pole.Runner.Sharing;

/// <summary>
/// Keeps this run to its share of the cores as long as others of the same user compute beside it, and lets it have all of them when they have ended: two that spin for the same cores slow each other down
/// ninefold. Threads, and with them results, stay as they are.
/// </summary>
internal sealed class SharedCores
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly RunRegistry registry;
    private PatientWaiting? patience;
    private CoreShare share;

    private SharedCores(RunRegistry registry)
    {
        this.registry = registry;
        share = new CoreShare(registry.Own.Cores, IsShared: false);
        Update();
        new Thread(Watch) { IsBackground = true, Name = "shared cores" }.Start();
    }

    /// <summary>Joins the runs of this machine. To be called when libgomp is loaded, and on Linux alone: elsewhere a process cannot be kept to cores, or waits without spinning.</summary>
    /// <returns>Null where nothing is shared: on other systems, or where the folder of temporary files cannot be written.</returns>
    public static SharedCores? Join()
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            return new SharedCores(new RunRegistry(Path.Combine(Path.GetTempPath(), $"pole-running-{Environment.UserName}"), Cores.OfThisThread()));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"warning: other runs on this machine cannot be seen, and cores are not shared with them: {exception.Message}");
            return null;
        }
    }

    /// <summary>As long as the process lives.</summary>
    private void Watch()
    {
        while (true)
        {
            Thread.Sleep(Interval);
            try
            {
                Update();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"warning: other runs on this machine cannot be seen any more, and this one keeps to the cores {string.Join(", ", share.Own)}: {exception.Message}");
                return;
            }
        }
    }

    private void Update()
    {
        var now = CoreShare.Of(registry.Own, registry.Living());
        if (now.IsShared == share.IsShared && now.Own.SequenceEqual(share.Own)) return;
        share = now;
        var isAlone = !now.IsShared && now.Own.Count == registry.Own.Cores.Count;
        if (isAlone) Release();
        else patience ??= new PatientWaiting(registry.Own.Cores.Count);
        Cores.KeepProcessTo(now.Own);
    }

    private void Release()
    {
        patience?.Dispose();
        patience = null;
    }
}
