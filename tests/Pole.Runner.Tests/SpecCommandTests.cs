using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Pole.Runner.Tests;

/// <summary>The commands that read and write specs.</summary>
[Parallelizable]
public sealed class SpecCommandTests
{
    private static readonly string Specs = Path.Combine(typeof(SpecCommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "experiments");

    private string folder = "";

    [SetUp]
    public void CopySpecs()
    {
        folder = Directory.CreateTempSubdirectory("pole-specs-").FullName;
        foreach (var path in Directory.EnumerateFiles(Specs, "*.yaml", SearchOption.AllDirectories).Where(path => Path.GetRelativePath(Specs, path).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj")))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(Specs, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Diff_says_what_computing_again_took_in_the_last_runs()
    {
        _ = SmokeRun.Folder;
        var run = PoleProcess.Run("pole", "diff", "shapes/smoke-names/synonyms-1-seed-0", SmokeRun.Name, "--runs", SmokeRun.Runs);

        Assert.That(run.Output, Does.Match(@"to compute again: [a-z, -]+ \(\d+ s in the last runs\)"));
    }

    [Test]
    public void Show_prints_every_value_with_its_place_or_that_it_is_a_default()
    {
        var run = PoleProcess.Run("pole", "show", "shapes/pole");

        Assert.That(run.Output, Does.StartWith("# shapes/pole, fingerprint ").And.Match(@"synonyms: 4 +# shapes/pole\.yaml:3").And.Match(@"- name: otm +# base/shapes-clims\.yaml:12\n +weight: 10 +# base/shapes-clims\.yaml:12").And.Match(@"accumulate: 1 +# default"));
    }

    [Test]
    public void Show_prints_YAML_that_says_what_it_was_made_from()
    {
        // The resolved spec, compiled as a spec of its own, is the same experiment: nothing differs but where the values stand.
        var shown = PoleProcess.Run("pole", "show", "voc12/pole-full").Output;
        Git("init", "-q");
        File.WriteAllText(Path.Combine(folder, "voc12", "pole-full.yaml"), shown);
        Commit();

        Assert.That(PoleProcess.Run("pole", "diff", "--since", "HEAD", "--specs", folder).Output, Is.EqualTo("nothing differs"));
    }

    [Test]
    public void Diff_of_two_experiments_shows_what_differs_after_resolution_and_what_to_compute_again()
    {
        var run = PoleProcess.Run("pole", "diff", "shapes/clims", "shapes/pole");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("prompt.synonyms: 1 → 4  (base/shapes-clims.yaml:7 → shapes/pole.yaml:3)").And.Contain("adaptor.image.ratio: not given → 0.2  (default → shapes/pole.yaml:5)").And.Contain("to compute again: masked-features, selection, clims, evaluation"));
        Assert.That(run.Output, Does.Not.Contain("baseline"));
    }

    [Test]
    public void Nothing_differs_between_an_experiment_and_itself()
    {
        var run = PoleProcess.Run("pole", "diff", "shapes/pole", "shapes/pole");

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((0, "nothing differs")));
    }

    [Test]
    public void Diff_since_a_revision_groups_what_a_base_touches()
    {
        // The working copy is what is compiled; its past had another threshold, another experiment, and one under another name.
        Git("init", "-q");
        Edit("base/shapes-cam.yaml", "threshold: 0.3", "threshold: 0.25");
        File.Delete(Path.Combine(folder, "shapes", "prompts", "target.yaml"));
        File.WriteAllText(Path.Combine(folder, "shapes", "gone.yaml"), "extends: cam.yaml\ndescription: Gone.\nseed: 77\n");
        File.Move(Path.Combine(folder, "voc12", "clims.yaml"), Path.Combine(folder, "voc12", "plain.yaml"));
        Commit();

        var run = PoleProcess.Run("pole", "diff", "--since", "HEAD", "--specs", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("+ shapes/prompts/target\n- shapes/gone\nvoc12/plain is called voc12/clims now"));
        Assert.That(run.Output, Does.Match(@"shapes/cam, shapes/clims, [^\n]*shapes/paper/clip \(9 points\), [^\n]*shapes/pole, [^\n]*\n    cam\.threshold: 0\.25 → 0\.3  \(base/shapes-cam\.yaml:14\)\n    to compute again: evaluation"));
    }

    [Test]
    public void Differences_are_JSON_for_a_bot_and_Markdown_for_a_pull_request()
    {
        using var json = JsonDocument.Parse(PoleProcess.Run("pole", "diff", "shapes/clims", "shapes/pole", "--format", "json").Output);
        var change = json.RootElement.GetProperty("changed")[0].GetProperty("changes").EnumerateArray().Single(change => change.GetProperty("path").GetString() == "prompt.synonyms");

        Assert.That((change.GetProperty("before").GetString(), change.GetProperty("after-origin").GetProperty("line").GetInt32()), Is.EqualTo(("1", 3)));
        Assert.That(PoleProcess.Run("pole", "diff", "shapes/clims", "shapes/pole", "--format", "markdown").Output, Does.Contain("| `prompt.synonyms` | `1` | `4` | shapes/pole.yaml:3 |"));
    }

    [Test]
    public void A_revision_that_is_not_there_is_one_error()
    {
        Git("init", "-q");
        Commit();
        var run = PoleProcess.Run("pole", "diff", "--since", "nonsense", "--specs", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith($"error: git cannot read the specs of 'nonsense' in {folder}"));
    }

    [Test]
    public void A_past_that_does_not_fit_this_build_is_shown_at_its_line()
    {
        Git("init", "-q");
        Edit("base/shapes-cam.yaml", "cam: {", "former-cam: {");
        Commit();

        Assert.That(PoleProcess.Run("pole", "diff", "--since", "HEAD", "--specs", folder).Error, Is.EqualTo("error: HEAD: base/shapes-cam.yaml(14): 'former-cam' is no key any more"));
    }

    [Test]
    public void New_writes_a_minimal_spec_and_never_over_another()
    {
        var run = PoleProcess.Run("pole", "new", "shapes/mine/first", "--from", "shapes/pole", "--specs", folder);

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(File.ReadAllText(Path.Combine(folder, "shapes", "mine", "first.yaml")), Is.EqualTo("# yaml-language-server: $schema=../../pole.schema.json\nextends: ../pole.yaml\ndescription: What this experiment is for.\n"));
        Assert.That(PoleProcess.Run("pole", "new", "shapes/mine/first", "--from", "shapes/pole", "--specs", folder).Error, Does.EndWith("first.yaml is there already"));
        Assert.That(PoleProcess.Run("pole", "new", "../outside", "--from", "shapes/pole", "--specs", folder).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public void The_checked_in_specs_are_formatted()
    {
        var run = PoleProcess.Run("pole", "fmt", "--check", "--specs", Specs);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((0, "")));
    }

    [Test]
    public void Formatting_orders_keys_and_keeps_comments_with_them()
    {
        var path = Path.Combine(folder, "shapes", "cam.yaml");
        File.WriteAllText(path, "# The file.\n\nseed: 3   \n# Why this base.\nextends: ../base/shapes-cam.yaml\n\n\n\ncam:\n  # Why.\n  threshold: 0.2\n  scales: [1]\ndescription: x\nbaseline:\n  crop: 64\n  # Short.\n  epochs: 3");
        var check = PoleProcess.Run("pole", "fmt", "--check", "--specs", folder);
        var before = File.ReadAllText(path);
        PoleProcess.Run("pole", "fmt", "--specs", folder);

        Assert.That((check.ExitCode, check.Output, before.StartsWith("# The file.\n\nseed", StringComparison.Ordinal)), Is.EqualTo((1, "shapes/cam.yaml", true)));
        Assert.That(File.ReadAllText(path), Is.EqualTo("# The file.\n\n# Why this base.\nextends: ../base/shapes-cam.yaml\n\ndescription: x\nseed: 3\nbaseline:\n  # Short.\n  epochs: 3\n  crop: 64\ncam:\n  scales: [1]\n  # Why.\n  threshold: 0.2\n"));
        Assert.That(PoleProcess.Run("pole", "fmt", "--check", "--specs", folder).ExitCode, Is.Zero);
    }

    [Test]
    public void A_spec_that_cannot_be_read_is_not_formatted()
    {
        File.WriteAllText(Path.Combine(folder, "base", "shapes-cam.yaml"), "a: [1\n");
        var run = PoleProcess.Run("pole", "fmt", "--specs", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("shapes-cam.yaml("));
    }

    [TestCase("shapes/cam.yaml", new byte[] { 0x61, 0x3A, 0x20, 0xEF, 0x20, 0x20, 0x0A }, "shapes/cam.yaml(1,4): the file is not UTF-8: the byte 0xEF stands here; save the file as UTF-8")]
    [TestCase("shapes/cam.yaml", new byte[] { 0xFF, 0xFE, 0x61, 0x00, 0x3A, 0x00 }, "shapes/cam.yaml(1,1): the file is not UTF-8 but UTF-16; save it as UTF-8")]
    public void A_spec_that_is_not_UTF_8_is_neither_formatted_nor_started_from_nor_compared_with(string path, byte[] bytes, string message)
    {
        File.WriteAllBytes(Path.Combine(folder, path), bytes);
        Git("init", "-q");
        Commit();

        Assert.That(PoleProcess.Run("pole", "fmt", "--specs", folder).Error, Is.EqualTo($"error: {folder}/{message}"));
        Assert.That(PoleProcess.Run("pole", "new", "shapes/mine", "--from", "shapes/cam", "--specs", folder).Error, Is.EqualTo($"error: {folder}/{message}"));
        Assert.That(PoleProcess.Run("pole", "diff", "--since", "HEAD", "--specs", folder).Error, Is.EqualTo($"error: HEAD: {message}"));
        Assert.That(File.ReadAllBytes(Path.Combine(folder, path)), Is.EqualTo(bytes));
        Assert.That(Path.Combine(folder, "shapes", "mine.yaml"), Does.Not.Exist);
    }

    [Test]
    public void What_is_no_spec_is_neither_formatted_nor_compared_with()
    {
        foreach (var path in new[] { ".github/workflows/ci.yaml", "shapes/._cam.yaml", "runs/shapes/cam/0/spec.yaml", "machines/cluster.yaml", "results/deep/er/spec.yaml" })
        {
            Directory.CreateDirectory(Path.Combine(folder, Path.GetDirectoryName(path)!));
            File.WriteAllText(Path.Combine(folder, path), "no: spec   \n");
        }

        File.WriteAllText(Path.Combine(folder, "results", ".pole-no-specs"), "");
        Git("init", "-q");
        Commit();

        Assert.That(PoleProcess.Run("pole", "fmt", "--check", "--specs", folder).Output, Is.Empty);
        Assert.That(PoleProcess.Run("pole", "diff", "--since", "HEAD", "--specs", folder).Output, Is.EqualTo("nothing differs"));
    }

    [TestCase("runs/a")]
    [TestCase("shapes/.a")]
    [TestCase("shapes/a#b")]
    public void New_refuses_a_name_that_no_spec_can_have(string name)
    {
        Assert.That(PoleProcess.Run("pole", "new", name, "--from", "shapes/pole", "--specs", folder).Error, Does.Contain($"'{name}.yaml' cannot be a spec"));
        Assert.That(Path.Combine(folder, $"{name}.yaml"), Does.Not.Exist);
    }

    [Test]
    public void List_shows_sweeps_as_a_tree_and_names_alone_for_scripts()
    {
        Assert.That(PoleProcess.Run("pole", "list").Output, Does.Match(@"seeds\n.*cam  sweep  Further seeds of shapes/cam\.\n.*seed-1  [0-9a-f]{12}"));
        Assert.That(PoleProcess.Run("pole", "list", "--names").Output.Split('\n'), Does.Contain("shapes/seeds/pole/seed-2"));
    }

    [Test]
    public void An_experiment_that_is_no_sweep_is_told_from_one()
    {
        var run = PoleProcess.Run("pole", "sweep", "shapes/pole");

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("'shapes/pole' is one experiment, not a sweep: pole run shapes/pole"));
    }

    [TestCase("list")]
    [TestCase("show", "shapes/pole")]
    [TestCase("diff", "shapes/pole", "shapes/pole")]
    [TestCase("--help")]
    public void A_command_that_needs_no_tensors_runs_without_libtorch(params string[] arguments)
    {
        var bare = Directory.CreateDirectory(Path.Combine(folder, "bare")).FullName;
        foreach (var file in Directory.EnumerateFiles(PoleProcess.Build).Where(file => Path.GetExtension(file) is ".dll" or ".json" || Path.GetFileNameWithoutExtension(file) == "pole").Where(file => !Path.GetFileName(file).Contains("torch", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(bare, Path.GetFileName(file)));

        var run = PoleProcess.Run(bare, "pole", arguments, _ => { });

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
    }

    private void Edit(string path, string old, string young)
    {
        var file = Path.Combine(folder, path);
        var text = File.ReadAllText(file);
        Assert.That(text, Does.Contain(old));
        File.WriteAllText(file, text.Replace(old, young));
    }

    private void Commit()
    {
        Git("add", "-A");
        Git("-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "-q", "-m", "past");
    }

    private void Git(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments]) { RedirectStandardOutput = true })!;
            git.WaitForExit();
            Assert.That(git.ExitCode, Is.Zero);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("git is not here");
        }
    }
}
