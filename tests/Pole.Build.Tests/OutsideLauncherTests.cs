namespace Pole.Build.Tests;

/// <summary>A launcher of a researcher's own project: the example of docs/adding-a-module.md, as it stands there.</summary>
[Explicit("takes a minute; .ci/run runs it"), Category("Slow"), Platform("Linux")]
public sealed class OutsideLauncherTests
{
    private OutsideProject project = null!;

    [OneTimeSetUp]
    public void BuildProject()
    {
        project = new OutsideProject();
        project.Write("modules/Script.cs", OutsideProject.Documented("A launcher of your own"));
        project.Write("experiments/mine/widths.yaml", """
            description: Two widths.
            dataset: { name: shapes, train-images: 16, evaluation-images: 4, side: 64 }
            backbone: { name: patches, width: 8 }
            baseline: { epochs: 1, batch-size: 8, learning-rate: 0.01, augmentation: { name: random-long-side, from: 64, to: 64 }, crop: 64 }
            cam: { scales: [1] }
            sweep: { backbone.width: [4, 16] }
            """);
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
    }

    [OneTimeTearDown]
    public void DeleteFolder() => project.Dispose();

    [Test]
    public void Its_script_runs_every_task()
    {
        project.Write("machine.yaml", "setup: export FROM_SETUP=1\nresources: { workers: 0 }\nscript: { shell: /bin/bash }\n");
        var output = Sweep("--launcher", "script", "--machine", "machine.yaml");
        var script = Path.Combine(output.TrimEnd().Split('\n')[^1], "run.sh");
        var lines = File.ReadAllLines(script);

        Assert.That(output, Does.Contain($"points: 2 tasks after baseline, evaluation\nreport: 1 task after points\n/bin/bash '{script}' runs them\n"));
        Assert.That(lines.Take(2), Is.EqualTo(new[] { "#!/bin/bash", "export FROM_SETUP=1" }));
        Assert.That(lines.Skip(2).Select(line => line.Split("'task' ")[1].Split(' ')[1..3]), Is.EqualTo(new[] { ("baseline", 0), ("baseline", 1), ("evaluation", 0), ("evaluation", 1), ("points", 0), ("points", 1), ("report", 0) }.Select(task => new[] { $"'{task.Item1}'", $"{task.Item2}" })));
        Assert.That(lines[^1], Does.EndWith($" '--workers=0' > '{Path.GetDirectoryName(script)}/logs/report-0.log' 2>&1"));
        Assert.That(Status(), Does.Contain("\n7 pending\n"));

        project.Run("/bin/bash", [script]);

        Assert.That(Status(), Does.Contain("\n7 done\n"));
    }

    [Test]
    public void Its_options_are_checked_where_they_stand()
    {
        project.Write("wrong.yaml", "script:\n  shell: bash\n");

        Assert.That(Sweep("--launcher", "script", "--machine", "wrong.yaml"), Is.EqualTo($"error: wrong.yaml(2,10): shell is 'bash'; it must match the regular expression /.*\n"));
        Assert.That(Sweep("--launcher", "script"), Is.EqualTo("error: --launcher script needs a machine profile with 'script': its shell\n"));
        Assert.That(Sweep("--launcher", "scrpt"), Does.StartWith("error: there is no launcher 'scrpt'; did you mean 'script'?\n"));
    }

    [Test]
    public void The_reference_of_its_build_has_it() => Assert.That(Pole("reference"), Does.Contain("| `IModuleOptions<Launcher>` | `kubernetes`, `local`, `script`, `slurm` |").And.Contain("One script that runs every task, one after the other."));

    private string Sweep(params string[] more) => Pole(["sweep", "mine/widths", "--threads", "1", "--store", "store", "--runs", "runs", .. more]);

    private string Status() => Pole("sweep", "status", "mine/widths", "--runs", "runs");

    private string Pole(params string[] arguments) => project.Run(project.Executable("pole"), arguments);
}
