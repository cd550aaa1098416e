using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Pole.Runner.Tests.Launching;

/// <summary>A SLURM of one node on loopback, with files and ports of its own: munge, controller and node daemon as processes of this test run.</summary>
internal sealed class SlurmCluster : IDisposable
{
    private const int Cpus = 2, Memory = 4000;

    /// <summary>A job that goes back into the queue starts again once the credential of its last start has expired, by default after two minutes.</summary>
    private const int CredentialSeconds = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("pole-slurm-").FullName;
    private readonly List<Process> daemons = [];

    private SlurmCluster()
    {
    }

    /// <returns>The cluster, or why there is none.</returns>
    public static (SlurmCluster? Cluster, string? Reason) Start()
    {
        if (!OperatingSystem.IsLinux()) return (null, "SLURM runs on Linux");
        var missing = new[] { "munged", "slurmctld", "slurmd", "sbatch" }.Where(name => Find(name) is null).ToList();
        if (missing.Count > 0) return (null, $"{string.Join(", ", missing)} not installed (apt-get install slurm-wlm munge)");
        var cluster = new SlurmCluster();
        var reason = cluster.Run();
        if (reason is null) return (cluster, null);
        cluster.Dispose();
        return (null, reason);
    }

    /// <summary>Runs one of SLURM's commands.</summary>
    public static string Command(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Find(command)!, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    public void Dispose()
    {
        foreach (var daemon in Enumerable.Reverse(daemons))
        {
            if (!daemon.HasExited) daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
            daemon.Dispose();
        }

        Environment.SetEnvironmentVariable("SLURM_CONF", null);
        Directory.Delete(folder, recursive: true);
    }

    private string? Run()
    {
        foreach (var part in new[] { "state", "spool", "munge" }) Directory.CreateDirectory(Path.Combine(folder, part));
        var (key, socket) = (Path.Combine(folder, "munge", "key"), Path.Combine(folder, "munge", "socket"));
        var bytes = new byte[1024];
        Random.Shared.NextBytes(bytes);
        File.WriteAllBytes(key, bytes);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var configuration = Path.Combine(folder, "slurm.conf");
        File.WriteAllText(configuration, Configuration(socket));
        Environment.SetEnvironmentVariable("SLURM_CONF", configuration);

        Begin("munged", "--foreground", "--force", $"--socket={socket}", $"--key-file={key}", $"--pid-file={folder}/munge/pid", $"--log-file={folder}/munge/log", $"--seed-file={folder}/munge/seed");
        if (!Wait(() => File.Exists(socket))) return "munged does not start";
        Begin("slurmctld", "-D", "-f", configuration);
        Begin("slurmd", "-D", "-f", configuration, "-N", Dns.GetHostName());
        return Wait(() => Command("sinfo", "--noheader", "--format=%T").Trim() == "idle") ? null : $"its node does not become idle; {Last("slurmctld.log")}; {Last("slurmd.log")}";
    }

    private string Last(string log) => $"{log} ends with: {(File.Exists(Path.Combine(folder, log)) ? File.ReadLines(Path.Combine(folder, log)).LastOrDefault() : null) ?? "nothing"}";

    private string Configuration(string socket)
    {
        var (controller, node) = (FreePort(), FreePort());
        return $"""
            ClusterName=pole
            SlurmctldHost={Dns.GetHostName()}(127.0.0.1)
            SlurmUser={Environment.UserName}
            SlurmdUser={Environment.UserName}
            SlurmctldPort={controller}
            SlurmdPort={node}
            AuthType=auth/munge
            AuthInfo=socket={socket},cred_expire={CredentialSeconds}
            StateSaveLocation={folder}/state
            SlurmdSpoolDir={folder}/spool
            SlurmctldPidFile={folder}/slurmctld.pid
            SlurmdPidFile={folder}/slurmd.pid
            SlurmctldLogFile={folder}/slurmctld.log
            SlurmdLogFile={folder}/slurmd.log
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            MpiDefault=none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            SchedulerType=sched/builtin
            SchedulerParameters=sched_interval=1,batch_sched_delay=0
            AccountingStorageType=accounting_storage/none
            JobAcctGatherType=jobacct_gather/none
            ReturnToService=2
            KillWait=30
            NodeName={Dns.GetHostName()} NodeAddr=127.0.0.1 CPUs={Cpus} RealMemory={Memory} State=UNKNOWN
            PartitionName=test Nodes={Dns.GetHostName()} Default=YES MaxTime=INFINITE State=UP

            """;
    }

    private void Begin(string command, params string[] arguments)
    {
        var daemon = Process.Start(new ProcessStartInfo(Find(command)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // They say everything twice, and again in their logs.
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        daemons.Add(daemon);
    }

    private static bool Wait(Func<bool> condition)
    {
        for (var elapsed = Stopwatch.StartNew(); elapsed.Elapsed < Patience; Thread.Sleep(200))
            if (condition()) return true;
        return false;
    }

    private static string? Find(string command) => new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin" }.Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
