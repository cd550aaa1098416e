using System.Reflection;
using System.Text.RegularExpressions;

namespace Pole.Runner.Tests;

/// <summary>
/// Every command that the documentation shows is run as it stands, but for three things: words in capitals stand for files, which are made here; experiments that take
/// minutes or need data stand for the small one; and a GPU stands for the CPU.
/// </summary>
[Parallelizable]
public sealed partial class DocumentationTests
{
    private static readonly string Root = typeof(DocumentationTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    /// <summary>Whose commands are run one after the other, in a project of their own, by YourOwnDataTests.</summary>
    private const string PageInOrder = "your-own-data.md";

    /// <summary>Run by .ci/run, by every build, or by the tests of the packages.</summary>
    private static readonly string[] RunElsewhere = ["dotnet build", "dotnet run --project experiments -- run shapes/pole", "dotnet test", "dotnet new install FOLDER/Pole.Templates.0.1.0.nupkg", "dotnet new pole -n Mine"];

    private static readonly (string Documented, string Small)[] Stands =
    [
        ("shapes/clip-es-descriptions", "shapes/smoke-names"), ("shapes/excel-descriptions", "shapes/smoke-names"), ("shapes/excel-norms", "shapes/smoke-names"), ("shapes/excel", "shapes/smoke-excel"),
        ("try shapes/clip-es", "try shapes/smoke-clip-es"), ("shapes/clip-es-names", "shapes/smoke-names"), ("shapes/clip-es", "shapes/smoke-clip-es"), ("shapes/semples", "shapes/smoke-semples"), ("shapes/weclip-two-steps", "shapes/smoke-weclip"), ("shapes/weclip", "shapes/smoke-weclip"), ("shapes/paper/*", "shapes/smoke-names"), ("shapes/seeds/pole-full", "shapes/smoke-names"),
        ("judge shapes/clims", $"judge {SmokeRun.Name}"), ("coco14/clims", SmokeRun.Name), ("voc360/cam", SmokeRun.Name), ("voc360/pole", SmokeRun.Name), ("judge voc360/clims", $"judge {SmokeRun.Name}"),
        ("voc12/pole-full", SmokeRun.Name), ("voc12/pole-published-names", SmokeRun.Name), ("voc12/clims-own-baseline", SmokeRun.Name), ("voc12/pole", SmokeRun.Name), ("voc12/clims", SmokeRun.Name), ("shapes/pole", SmokeRun.Name),
        ("--device cuda", "--device cpu"), ("origin/main", "HEAD"),
    ];

    /// <summary>Commands that look at specs do so in a moment, and need no stand-in.</summary>
    private static readonly string[] Quick = ["list", "show", "diff", "new", "fmt", "reference"];

    private string folder = "";

    private static IEnumerable<string> Pages => Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Append(Path.Combine(Root, "README.md"));

    private static IEnumerable<TestCaseData> Commands => Pages.Where(page => Path.GetFileName(page) != PageInOrder).SelectMany(page => Lines(page).Where(line => line.StartsWith("pole ", StringComparison.Ordinal)).Distinct().Select(line => new TestCaseData(line).SetArgDisplayNames(Path.GetFileName(page), line)));

    [OneTimeSetUp]
    public void MakeFiles()
    {
        folder = Directory.CreateTempSubdirectory("pole-docs-").FullName;
        Assert.That(Run("run", SmokeRun.Name, "--quiet").ExitCode, Is.Zero);
        var data = Directory.GetDirectories(Path.Combine(Store, "data")).Single();
        foreach (var spec in new[] { "shapes", "base", "corpora", "descriptions" }.SelectMany(part => Directory.GetFiles(Path.Combine(Root, "experiments", part), "*.yaml", SearchOption.AllDirectories)))
        {
            var copy = Path.Combine(folder, "specs", Path.GetRelativePath(Path.Combine(Root, "experiments"), spec));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(spec, copy);
        }

        Link("images", Path.Combine(data, "JPEGImages"));
        Link("truth", Path.Combine(data, "SegmentationClass"));
        File.Copy(Path.Combine(data, "ImageSets", "Segmentation", "val.txt"), Path.Combine(folder, "val.txt"));
        Link("masks", Path.Combine(Stage("pseudo-masks"), "masks"));
        Directory.CreateDirectory(Path.Combine(folder, "predictions"));
        foreach (var map in Directory.GetFiles(Stage("segmentation-evaluation"), "*.png")) File.Copy(map, Path.Combine(folder, "predictions", Path.GetFileName(map)));
        File.Copy(Path.Combine(Stage("clims"), "network.safetensors"), Path.Combine(folder, "network.safetensors"));
        File.Copy(Path.Combine(Stage("selection"), "choices.json"), Path.Combine(folder, "pole-selections.json"));
        Directory.CreateDirectory(Path.Combine(folder, "cams"));
        foreach (var mask in Directory.GetFiles(Path.Combine(Stage("pseudo-masks"), "masks"), "*.png").Order(StringComparer.Ordinal).Take(12).Select(Path.GetFileNameWithoutExtension))
            LabelCams.Write(Path.Combine(folder, "cams", $"{mask}.npy"), Data.Imaging.ImageCodec.ReadLabels(Path.Combine(folder, "truth", $"{mask}.png")));
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "machines")).FullName, "cluster.yaml"), DocumentedProfile());
        // After the files were taken: they add results of other experiments, and a launch to ask for.
        Assert.That(Run("sweep", "shapes/smoke-names", "--launcher", "local", "--dry-run").ExitCode, Is.Zero);
        Assert.That(Run("sweep", "shapes/smoke-names", "--quiet").ExitCode, Is.Zero);
    }

    [OneTimeTearDown]
    public void DeleteFiles() => Directory.Delete(folder, recursive: true);

    [TestCaseSource(nameof(Commands))]
    public void A_documented_command_works(string line)
    {
        var arguments = Arguments(line);
        var run = Run(arguments);

        // 1 is also how a difference and a judge that lacks something are told; and VOC is not here, which the check has to say.
        Assert.That(run.ExitCode, arguments is ["diff", ..] or ["selections", "compare", ..] or ["judge", .., "--check", "--json"] ? Is.EqualTo(0).Or.EqualTo(1) : arguments is ["data", ..] ? Is.EqualTo(1) : Is.Zero, $"pole {string.Join(' ', arguments)}\n{run.Error}");
        Assert.That(run.Output + run.Error, arguments is ["data", ..] ? Does.Contain("VOCtrainval_11-May-2012.tar") : Does.Not.Contain("error: "));
    }

    [Test]
    public void Every_other_command_is_one_that_something_else_runs() =>
        Assert.That(Pages.SelectMany(Lines).Where(line => line.StartsWith("dotnet ", StringComparison.Ordinal)).Distinct(), Is.SubsetOf(RunElsewhere));

    [Test]
    public void The_reference_is_that_of_the_build() => Assert.That(Doc("spec-reference.md"), Is.EqualTo(PoleProcess.Run("pole", "reference").Output.TrimEnd('\n')));

    [Test]
    public void The_page_of_diagnostics_is_that_of_the_rules() => Assert.That(Doc("diagnostics.md"), Is.EqualTo(PoleProcess.Run("pole", "reference", "--diagnostics").Output.TrimEnd('\n')));

    private static string Doc(string name) => File.ReadAllText(Path.Combine(Root, "docs", name)).TrimEnd('\n');

    [Test]
    public void Every_key_has_a_meaning() => Assert.That(File.ReadLines(Path.Combine(Root, "docs", "spec-reference.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.EndsWith("|  |", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void Every_link_leads_somewhere()
    {
        var dead = Pages.SelectMany(page => LinkPattern().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value).Where(target => !target.StartsWith("http", StringComparison.Ordinal))
            .Where(target => !File.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))).Select(target => $"{Path.GetFileName(page)}: {target}"));

        Assert.That(dead, Is.Empty);
    }

    private string[] Arguments(string line)
    {
        var words = WordPattern().Matches(line["pole ".Length..]).Select(match => match.Value.Trim('\'')).ToList();
        var text = string.Join('\n', words);
        if (!Quick.Contains(words[0])) foreach (var (documented, small) in Stands) text = text.Replace(documented.Replace(' ', '\n'), small.Replace(' ', '\n'), StringComparison.Ordinal);
        else text = text.Replace("origin/main", "HEAD", StringComparison.Ordinal);
        words = [.. text.Split('\n')];
        for (var place = 1; place < words.Count; place++)
            words[place] = (words[place], words[place - 1]) switch
            {
                ("DIR", "--images") => "images",
                ("PHOTO", "--image") => Directory.GetFiles(Path.Combine(folder, "images")).Order(StringComparer.Ordinal).First(),
                ("DIR", "--cams") => "cams",
                ("DIR", "--truth") => "truth",
                ("DIR", "--output") => "output",
                ("DIR", "--root" or "--data" or "--weights") => folder,
                ("FILE", "--list") => "val.txt",
                ("FILE" or "FROM", _) => "network.safetensors",
                ("TO", _) => "converted.safetensors",
                ("ONE" or "OTHER", _) => "pole-selections.json",
                var (word, _) => word,
            };
        if (words[0] is "new" or "fmt") words.AddRange(["--specs", Path.Combine(folder, "specs")]);
        if (words is ["run", ..] or ["sweep", not "status", ..] && !words.Contains("--threads")) words.AddRange(["--threads", "1"]);
        return [.. words];
    }

    /// <summary>The profile of a cluster that docs/scaling.md shows.</summary>
    private static string DocumentedProfile() => string.Join('\n', File.ReadLines(Path.Combine(Root, "docs", "scaling.md")).SkipWhile(line => line != "# machines/cluster.yaml").TakeWhile(line => line != "```"));

    private void Link(string name, string target) => Directory.CreateSymbolicLink(Path.Combine(folder, name), target);

    private string Store => Path.Combine(folder, "store");

    private PoleProcess Run(params string[] arguments) => PoleProcess.RunIn(folder, "pole", arguments, [("POLE_STORE", Store), ("POLE_RUNS", Path.Combine(folder, "runs"))]);

    private string Stage(string stage) => Directory.GetDirectories(Path.Combine(Store, "stages", stage)).Single();

    /// <summary>Lines of code blocks, without comments.</summary>
    private static IEnumerable<string> Lines(string page)
    {
        var inside = false;
        foreach (var line in File.ReadLines(page))
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal)) inside = !inside;
            else if (inside) yield return line.Split(" #")[0].Trim();
    }

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex LinkPattern();
}
