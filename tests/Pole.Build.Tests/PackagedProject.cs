using System.Reflection;

namespace Pole.Build.Tests;

/// <summary>The project of a researcher who has the packages and no clone of this repository, as <c>dotnet new pole</c> makes it.</summary>
internal sealed class PackagedProject : IDisposable
{
    private readonly string version = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    /// <param name="options">Of the template.</param>
    public PackagedProject(params string[] options)
    {
        Around = Directory.CreateTempSubdirectory("pole-package-").FullName;
        Folder = Path.Combine(Around, "Mine");
        var (feed, hive) = (Path.Combine(Around, "feed"), Path.Combine(Around, "hive"));
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        foreach (var package in new[] { "Pole.Framework", "Pole.Templates" })
            Start("dotnet", OutsideProject.Repository, "pack", Path.Combine("src", package), "-o", feed, "-c", configuration, $"-p:PackageVersion={version}", "--nologo");
        Start("dotnet", Around, "new", "install", Path.Combine(feed, $"Pole.Templates.{version}.nupkg"), "--debug:custom-hive", hive);
        Start("dotnet", Around, ["new", "pole", "-n", "Mine", "-o", Folder, "--debug:custom-hive", hive, .. options]);
        File.WriteAllText(Path.Combine(Around, "nuget.config"), $"""<configuration><packageSources><add key="pole" value="{feed}" /></packageSources></configuration>""");
    }

    /// <summary>Holds the project and nothing else of the researcher's.</summary>
    public string Around { get; }

    public string Folder { get; }

    public string Executable(string name) => Directory.EnumerateFiles(Path.Combine(Folder, "bin"), OperatingSystem.IsWindows() ? $"{name}.exe" : name, SearchOption.AllDirectories).First(path => !path.Contains($"{Path.DirectorySeparatorChar}builds{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    public void Write(string path, string content)
    {
        var target = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllText(target, content);
    }

    public string Build(params string[] more) => Start("dotnet", Folder, ["build", "--nologo", .. more]);

    /// <returns>What it printed; it has to end well.</returns>
    public static string Start(string program, string folder, params string[] arguments)
    {
        var run = ToolProcess.Run(program, folder, arguments);
        Assert.That(run.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{run.Output}");
        return run.Output;
    }

    public void Dispose()
    {
        Directory.Delete(Around, recursive: true);
        var cached = Path.Combine(typeof(PackagedProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PackageRoot").Value!.TrimEnd('/', '\\'), "pole.framework", version);
        if (Directory.Exists(cached)) Directory.Delete(cached, recursive: true);
    }
}
