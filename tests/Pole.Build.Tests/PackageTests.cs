using System.Reflection;

namespace Pole.Build.Tests;

/// <summary>A researcher who has the packages and no clone of this repository.</summary>
public sealed class PackageTests
{
    private static readonly string Repository = Metadata("RepositoryRoot");

    private readonly string version = $"0.1.0-test.{DateTime.UtcNow.Ticks}";
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-package-").FullName;

    [TearDown]
    public void DeleteFolders()
    {
        Directory.Delete(folder, recursive: true);
        var cached = Path.Combine(Metadata("PackageRoot"), "pole.framework", version);
        if (Directory.Exists(cached)) Directory.Delete(cached, recursive: true);
    }

    [Test]
    public void The_template_and_the_package_make_a_project_with_a_module_and_a_spec_of_its_own()
    {
        var (feed, hive, mine) = (Path.Combine(folder, "feed"), Path.Combine(folder, "hive"), Path.Combine(folder, "Mine"));
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        foreach (var package in new[] { "Pole.Framework", "Pole.Templates" })
            Run(Repository, "pack", Path.Combine("src", package), "-o", feed, "-c", configuration, $"-p:PackageVersion={version}", "--nologo");
        Run(folder, "new", "install", Path.Combine(feed, $"Pole.Templates.{version}.nupkg"), "--debug:custom-hive", hive);
        Run(folder, "new", "pole", "-n", "Mine", "-o", mine, "--debug:custom-hive", hive);
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""<configuration><packageSources><add key="pole" value="{feed}" /></packageSources></configuration>""");

        File.WriteAllText(Path.Combine(mine, "Patches.cs"), """
            using Pole;
            using static TorchSharp.torch;

            namespace Mine;

            /// <summary>One strided convolution.</summary>
            [PoleModule("patches")]
            public sealed record PatchesOptions : IModuleOptions<Backbone>, IBackboneShape
            {
                /// <summary>Channels of the features.</summary>
                public int Width { get; init; } = 8;

                public BackboneShape Shape => new(Stride: 16, HasStages: false, PixelNormalisation.ImageNet);

                public Backbone Create(ModuleContext context) => new Patches(Width);
            }

            internal sealed class Patches : Backbone
            {
                private readonly TorchSharp.Modules.Conv2d patches;

                public Patches(int width) : base("Patches")
                {
                    OutputChannels = width;
                    register_module("patches", patches = nn.Conv2d(3, width, 16, stride: 16));
                }

                public override int OutputChannels { get; }

                public override int Stride => 16;

                public override Tensor forward(Tensor images) => patches.call(images).relu_();
            }
            """);
        File.WriteAllText(Path.Combine(mine, "shapes", "mine.yaml"), """
            description: My own backbone.
            dataset: { name: shapes, train-images: 16, evaluation-images: 4, side: 64 }
            backbone: { name: patches, width: 12 }
            baseline: { epochs: 1, batch-size: 8, learning-rate: 0.01, augmentation: { name: random-long-side, from: 64, to: 64 }, crop: 64 }
            cam: { scales: [1] }
            """);
        Run(mine, "build", "--nologo");
        var executable = Directory.EnumerateFiles(Path.Combine(mine, "bin"), OperatingSystem.IsWindows() ? "pole-shapes-mine.exe" : "pole-shapes-mine", SearchOption.AllDirectories).Single();

        Assert.That(Start(executable, folder, "--store", Path.Combine(folder, "store")), Does.Contain("shapes/mine: CAM, no refinement"));
        // The project is the current folder of its runs, as in the docs: the next build takes nothing of them for a spec, and git nothing for a change.
        for (var run = 0; run < 2; run++) Start(executable, mine, "--store", Path.Combine(mine, "store"));
        Run(mine, "build", "--nologo", "--no-incremental");
        Assert.That(Start("git", mine, "init", "-q") + Start("git", mine, "status", "--short", "--untracked-files=all"), Does.Not.Contain("runs/").And.Not.Contain("store/"));
        Assert.That(File.ReadAllText(Path.Combine(mine, "pole.schema.json")), Does.Contain("\"patches\"").And.Contain("Channels of the features."));
        Assert.That(File.ReadLines(Path.Combine(mine, "experiments.lock")).Select(line => line.Split(' ')[0]), Is.SupersetOf(new[] { "shapes/cam", "shapes/clims", "shapes/mine", "shapes/pole" }).And.None.StartsWith("runs/"));
    }

    private static void Run(string folder, params string[] arguments) => Start("dotnet", folder, arguments);

    private static string Start(string program, string folder, params string[] arguments)
    {
        var run = ToolProcess.Run(program, folder, arguments);
        Assert.That(run.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{run.Output}");
        return run.Output;
    }

    private static string Metadata(string key) => typeof(PackageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!.TrimEnd('/', '\\');
}
