using Pole.Runner.Launching;

namespace Pole.Runner.Building;

/// <summary>
/// The files of one build that processes run from: <c>OUTPUT/builds/HASH</c>, made by Pole.BuildFolders.targets and never written again. A process holds it, and a launch
/// whose tasks have yet to start pins it, so that later builds, which delete the others, leave it alone.
/// </summary>
internal sealed class BuildFolder(string path)
{
    /// <summary>Of the file that a complete build has.</summary>
    public const string MarkFile = ".pole-build";

    private const string Builds = "builds", LaunchesFile = ".launches";

    /// <summary>The one that this process runs from; null for one that was published, and in tests.</summary>
    public static BuildFolder? Running { get; } = File.Exists(System.IO.Path.Combine(AppContext.BaseDirectory, MarkFile)) ? new BuildFolder(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)) : null;

    public string Path { get; } = path;

    /// <summary>The beginning of a hash over its files, wherever the folder was copied to.</summary>
    public string Name => File.ReadAllText(Mark).Trim();

    private string Parent => System.IO.Path.GetDirectoryName(Path)!;

    private string Mark => System.IO.Path.Combine(Path, MarkFile);

    private string Launches => System.IO.Path.Combine(Path, LaunchesFile);

    /// <summary>Keeps the folder until it is disposed of or the process ends.</summary>
    /// <remarks>A system without file locks keeps nothing back; there the last two builds stay, as everywhere.</remarks>
    public IDisposable Hold() => new FileStream(Mark, FileMode.Open, FileAccess.Read, FileShare.Read);

    /// <summary>Keeps the folder until every task of a launch has ended, or the launch's folder is deleted.</summary>
    /// <exception cref="ExperimentException">The build is somebody else's, who would delete it.</exception>
    public void PinFor(LaunchFolder launch)
    {
        if (System.IO.Path.GetFileName(Parent) != Builds) return;
        try
        {
            File.AppendAllLines(Launches, [launch.Path]);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ExperimentException($"{Path} cannot be written, so that its owner's next builds would delete what the tasks run: launch from a copy of this folder", exception);
        }
    }

    /// <summary>The latest build of an output folder: deletes those before it that nothing runs from, but for the last one, which a process may just be starting from.</summary>
    public void Supersede()
    {
        File.SetLastWriteTimeUtc(Mark, DateTime.UtcNow);
        // After the clock was set back, earlier builds have later times.
        foreach (var build in Directory.GetDirectories(Parent).Where(path => System.IO.Path.GetFileName(path) != System.IO.Path.GetFileName(Path)).Select(path => new BuildFolder(path)).OrderByDescending(build => File.GetLastWriteTimeUtc(build.Mark)).Skip(1))
            if (!build.IsPinned() && !build.IsHeld()) build.Delete();
    }

    private bool IsPinned() => File.Exists(Launches) && File.ReadLines(Launches).Any(LaunchFolder.IsUnfinished);

    private bool IsHeld()
    {
        try
        {
            if (File.Exists(Mark)) new FileStream(Mark, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>The mark goes first: a build that finds it takes the folder for complete.</summary>
    private void Delete()
    {
        File.Delete(Mark);
        Directory.Delete(Path, recursive: true);
    }
}
