using System.Reflection;

namespace Pole.Build.Tests;

/// <summary>A researcher's own folder outside this repository, with a project of modules and one of experiments, as docs/adding-a-module.md tells it.</summary>
internal sealed class OutsideProject : IDisposable
{
    private const string BuildsFolder = "builds";

    public static readonly string Repository = typeof(OutsideProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!.TrimEnd('/', '\\');

    private readonly string temporary = Directory.CreateTempSubdirectory("pole-outside-").FullName;

    /// <param name="name">Of the folder that everything stands in.</param>
    public OutsideProject(string name = "work")
    {
        Folder = Directory.CreateDirectory(Path.Combine(temporary, name)).FullName;
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            Write(file, $"""<Project><Import Project="{Repository}/{file}" /></Project>""");
        Write("modules/My.Modules.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup>
                <ProjectReference Include="{Repository}/src/Pole.Abstractions/Pole.Abstractions.csproj" />
                <ProjectReference Include="{Repository}/generators/Pole.Generators/Pole.Generators.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
              </ItemGroup>
            </Project>
            """);
        Write("modules/Patches.cs", Documented("A backbone of your own"));
        Write("experiments/My.Experiments.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <AssemblyName>pole</AssemblyName>
                <UsesTorchBackend>true</UsesTorchBackend>
                <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>
                <ConcurrentGarbageCollection>false</ConcurrentGarbageCollection>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="../modules/My.Modules.csproj" />
                <ProjectReference Include="{Repository}/src/Pole.Runner/Pole.Runner.csproj" />
                <ProjectReference Include="{Repository}/generators/Pole.Generators/Pole.Generators.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
              </ItemGroup>
              <Import Project="{Repository}/generators/Pole.Build/Pole.Specs.targets" />
            </Project>
            """);
        Write("experiments/Program.cs", "return Pole.Runner.PoleApplication.Main(Pole.Experiments.CompiledExperiments.All, args, System.Environment.ProcessPath);");
    }

    public string Folder { get; }

    /// <summary>The first C# file below a heading of docs/adding-a-module.md.</summary>
    public static string Documented(string heading)
    {
        var page = File.ReadAllText(Path.Combine(Repository, "docs", "adding-a-module.md")).ReplaceLineEndings("\n");
        const string begin = "```csharp\n", end = "```";
        var first = page.IndexOf(begin, page.IndexOf($"\n## {heading}\n", StringComparison.Ordinal), StringComparison.Ordinal) + begin.Length;
        return page[first..page.IndexOf(end, first, StringComparison.Ordinal)];
    }

    /// <summary>Copies a spec or corpus of the repository, or several, to the same place in this project.</summary>
    public void CopySpecs(params string[] paths)
    {
        foreach (var path in paths) Write($"experiments/{path}", File.ReadAllText(Path.Combine(Repository, "experiments", path)));
    }

    public string Experiments => Path.Combine(Folder, "experiments");

    /// <param name="variables">Environment of the build.</param>
    public string Build(string[] properties, params (string Name, string Value)[] variables) => Run("dotnet", ["build", Experiments, "--nologo", .. properties], variables);

    public string Run(string program, string[] arguments, params (string Name, string Value)[] variables) => RunIn(Folder, program, arguments, variables);

    /// <param name="folder">The current folder of the process.</param>
    public string RunIn(string folder, string program, string[] arguments, params (string Name, string Value)[] variables) => ToolProcess.Run(program, folder, arguments, variables).Output;

    public void Write(string path, string content)
    {
        var target = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllText(target, content);
    }

    public string Executable(string name) => Directory.EnumerateFiles(Path.Combine(Experiments, "bin"), OperatingSystem.IsWindows() ? $"{name}.exe" : name, SearchOption.AllDirectories)
        .Single(path => Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path))) != BuildsFolder);

    /// <summary>The folders that processes run from, one a build.</summary>
    public IReadOnlyList<string> Builds() => Directory.GetDirectories(Path.Combine(Path.GetDirectoryName(Executable("pole"))!, BuildsFolder));

    public void Dispose() => Directory.Delete(temporary, recursive: true);
}
