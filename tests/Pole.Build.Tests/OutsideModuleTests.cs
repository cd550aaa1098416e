using System.Diagnostics;
using System.Reflection;

namespace Pole.Build.Tests;

/// <summary>A researcher's own project with a module of its own, outside this repository, as docs/adding-a-module.md tells it.</summary>
public sealed class OutsideModuleTests
{
    private static readonly string Repository = typeof(OutsideModuleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!.TrimEnd('/', '\\');

    private string folder = "";

    [SetUp]
    public void WriteProjects()
    {
        folder = Directory.CreateTempSubdirectory("pole-outside-").FullName;
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
        Write("modules/PatchBackbone.cs", """
            using System.ComponentModel.DataAnnotations;
            using Pole;
            using static TorchSharp.torch;

            namespace My.Modules;

            /// <summary>One strided convolution.</summary>
            [PoleModule("patches")]
            public sealed record PatchBackboneOptions : IModuleOptions<Backbone>
            {
                /// <summary>Channels of the features.</summary>
                [Range(4, 64)] public required int Width { get; init; }

                public Backbone Create(ModuleContext context) => new PatchBackbone(Width);
            }

            internal sealed class PatchBackbone : Backbone
            {
                private readonly TorchSharp.Modules.Conv2d patches;

                public PatchBackbone(int width) : base("PatchBackbone")
                {
                    OutputChannels = width;
                    register_module("patches", patches = nn.Conv2d(3, width, 16, stride: 16));
                }

                public override int OutputChannels { get; }

                public override int Stride => 16;

                public override Tensor forward(Tensor images) => patches.call(images).relu_();
            }
            """);
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

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_module_from_outside_is_checked_and_run_like_ours()
    {
        WriteSpec("{ name: patches, widht: 80 }");
        Assert.That(Build(), Does.Match(@"mine/first\.yaml\(3,28\): error POLE0002: unknown key 'widht' in 'backbone'; did you mean 'width'\?").And.Contain("error POLE0006: the key 'width' is missing in 'backbone'"));
        WriteSpec("{ name: patches, width: 80 }");
        Assert.That(Build(), Does.Match(@"mine/first\.yaml\(3,35\): error POLE0004: 'backbone\.width' is 80; it can be 4 to 64"));

        WriteSpec("{ name: patches, width: 8 }");
        Assert.That(Build(), Does.Contain("0 Error(s)"));
        var executable = Directory.EnumerateFiles(Path.Combine(folder, "experiments", "bin"), OperatingSystem.IsWindows() ? "pole-mine-first.exe" : "pole-mine-first", SearchOption.AllDirectories).Single();

        Assert.That(Run(executable, "--store", Path.Combine(folder, "store")), Does.Contain("baseline CAM").And.Contain("mine/first: CAM, no refinement"));
    }

    private void WriteSpec(string backbone) => Write("experiments/mine/first.yaml", $$"""
        description: The backbone of a researcher.
        dataset: { name: shapes, train-images: 16, evaluation-images: 4, side: 64 }
        backbone: {{backbone}}
        baseline: { epochs: 1, batch-size: 8, learning-rate: 0.01, resize-from: 64, resize-to: 64, crop: 64 }
        cam: { scales: [1] }
        """);

    private string Build() => Run("dotnet", "build", Path.Combine(folder, "experiments"), "--nologo");

    private string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        // The test host's own MSBuild settings must not leak into the build.
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(variable);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.Result;
    }

    private void Write(string path, string content)
    {
        var target = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllText(target, content);
    }
}
