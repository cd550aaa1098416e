namespace Pole.Runner.Tests.Fuzzing;

/// <summary>A command and the files that it reads.</summary>
/// <param name="Weight">How often it is tried in comparison with others; commands that train are tried less.</param>
/// <param name="Files">What is damaged.</param>
/// <param name="AnswersNo">Exit code 1 without an error is an answer: the command checks or compares.</param>
internal sealed record FuzzScenario(string Name, int Weight, IReadOnlyList<string> Files, string[] Arguments, bool AnswersNo = false)
{
    /// <summary>Trains and selects once, so that results are stored and runs are there.</summary>
    public static IReadOnlyList<FuzzScenario> Of(FuzzCorpus corpus)
    {
        var (store, runs, voc, coco) = (corpus.At("store"), corpus.At("runs"), corpus.At("voc"), corpus.At("coco"));
        Expect("run", FuzzExperiments.Voc, "--data", voc, "--store", store, "--runs", runs, "--quiet");
        Expect("run", FuzzExperiments.Seeded, "--data", voc, "--store", store, "--runs", runs, "--quiet");
        Expect("select", FuzzExperiments.Shapes, "--images", corpus.At("images"), "--cams", corpus.At("cams"), "--store", store, "--output", corpus.At("selected"));
        Expect("sweep", FuzzExperiments.Sweep, "--launcher", "local", "--dry-run", "--data", voc, "--store", corpus.At("other-store"), "--runs", runs);
        string[] runFolders = [.. corpus.Below("runs").Where(file => Path.GetFileName(file) == "result.json").Select(file => Path.GetDirectoryName(file)!)];
        var archive = corpus.At("runs.tar.gz");
        Expect("pack", FuzzExperiments.Voc, "--runs", runs, "--store", store, "--output", archive);
        return
        [
            new("run on VOC", 3, corpus.Below("voc"), ["run", FuzzExperiments.Voc, "--data", voc, "--store", store, "--runs", corpus.At("fuzz-runs"), "--quiet"]),
            new("run on COCO", 3, corpus.Below("coco"), ["run", FuzzExperiments.Coco, "--data", coco, "--store", store, "--runs", corpus.At("fuzz-runs"), "--quiet"]),
            new("run on a damaged store", 1, [.. corpus.Below("store", "stages").Where(file => !file.Contains("/clip/", StringComparison.Ordinal))], ["run", FuzzExperiments.Voc, "--data", voc, "--store", store, "--runs", corpus.At("fuzz-runs"), "--quiet"]),
            new("select", 6, [.. corpus.Below("images"), .. corpus.Below("cams")], ["select", FuzzExperiments.Shapes, "--images", corpus.At("images"), "--cams", corpus.At("cams"), "--store", store, "--output", corpus.At("fuzz-selected")]),
            new("select with a published CLIP", 6, corpus.Below("published"), ["select", FuzzExperiments.HuggingFace, "--images", corpus.At("images"), "--cams", corpus.At("cams"), "--weights", corpus.At("published"), "--store", store, "--output", corpus.At("fuzz-selected")]),
            new("refine", 2, [.. corpus.Below("images"), .. corpus.Below("cams"), .. corpus.Below("truth")], ["refine", FuzzExperiments.Shapes, "--images", corpus.At("images"), "--cams", corpus.At("cams"), "--truth", corpus.At("truth"), "--store", store, "--output", corpus.At("fuzz-masks")]),
            new("export", 2, [.. corpus.Below("store", "stages").Where(file => !file.Contains("/clip/", StringComparison.Ordinal)), .. runFolders.Select(folder => Path.Combine(folder, "result.json"))], ["export", FuzzExperiments.Voc, "--format", "onnx", "--data", voc, "--store", store, "--runs", runs, "--output", corpus.At("fuzz.onnx")]),
            new("predict", 2, [.. corpus.Below("images"), .. corpus.Below("store", "stages").Where(file => !file.Contains("/clip/", StringComparison.Ordinal)), .. runFolders.Select(folder => Path.Combine(folder, "result.json"))], ["predict", FuzzExperiments.Voc, "--images", corpus.At("images"), "--batch", "2", "--data", voc, "--store", store, "--runs", runs, "--output", corpus.At("fuzz-predicted")]),
            new("unpack", 4, [archive], ["unpack", archive, "--runs", corpus.At("fuzz-unpacked")]),
            new("segment", 3, [.. corpus.Below("masks"), .. corpus.Below("voc")], ["segment", FuzzExperiments.Voc, "--masks", corpus.At("masks"), "--data", voc, "--store", store, "--output", corpus.At("fuzz-predictions")]),
            new("evaluate masks", 8, [.. corpus.Below("masks"), .. corpus.Below("truth"), corpus.At("ids.txt")], ["evaluate", "masks", FuzzExperiments.Voc, "--predictions", corpus.At("masks"), "--truth", corpus.At("truth"), "--list", corpus.At("ids.txt")]),
            new("evaluate cams", 8, [.. corpus.Below("cams"), .. corpus.Below("truth")], ["evaluate", "cams", FuzzExperiments.Voc, "--cams", corpus.At("cams"), "--truth", corpus.At("truth")]),
            .. corpus.Below("weights").Where(file => Path.GetExtension(file) != ".json").SelectMany(file => new FuzzScenario[] { new($"weights inspect {Path.GetFileName(file)}", 1, [file], ["weights", "inspect", file]), new($"weights convert {Path.GetFileName(file)}", 1, [file], ["weights", "convert", file, corpus.At("converted.safetensors")]) }),
            new("weights inspect of a folder", 6, corpus.Below("published"), ["weights", "inspect", corpus.At("published", "clip-vit-base-patch32")]),
            new("selections report, published", 6, [corpus.At("selections", "published.json")], ["selections", "report", FuzzExperiments.Shapes, corpus.At("selections", "published.json"), "--output", corpus.At("fuzz-radar")]),
            new("selections report, own", 6, [corpus.At("selections", "own.json")], ["selections", "report", FuzzExperiments.Shapes, corpus.At("selections", "own.json")]),
            new("selections compare", 6, corpus.Below("selections"), ["selections", "compare", FuzzExperiments.Shapes, corpus.At("selections", "own.json"), corpus.At("selections", "published.json")], AnswersNo: true),
            new("data check of VOC", 6, corpus.Below("voc"), ["data", "check", "voc12", "--root", voc, "--store", store], AnswersNo: true),
            new("data check of COCO", 6, corpus.Below("coco"), ["data", "check", "coco14", "--root", coco, "--store", store], AnswersNo: true),
            new("compare", 8, [.. runFolders.SelectMany(folder => new[] { Path.Combine(folder, "result.json") }.Concat(Directory.EnumerateFiles(Path.Combine(folder, "outputs"))))], ["compare", .. runFolders]),
            new("compare by name", 2, [.. runFolders.Select(folder => Path.Combine(folder, "result.json"))], ["compare", FuzzExperiments.Voc, FuzzExperiments.Seeded, "--runs", runs, "--format", "html"]),
            new("compare for a program", 2, [.. runFolders.Select(folder => Path.Combine(folder, "result.json"))], ["compare", FuzzExperiments.Voc, FuzzExperiments.Seeded, "--runs", runs, "--format", "json"]),
            new("track status", 2, corpus.Below("tracked"), ["track", "status", "--runs", corpus.At("tracked")]),
            new("cache list", 3, corpus.Below("store", "stages"), ["cache", "list", "--store", store]),
            new("cache explain", 6, [.. corpus.Below("store"), .. corpus.Below("voc")], ["cache", "explain", FuzzExperiments.Voc, "--data", voc, "--store", store]),
            new("cache verify", 6, corpus.Below("store", "stages"), ["cache", "verify", "--store", store], AnswersNo: true),
            new("sweep --machine", 6, corpus.Below("machine"), ["sweep", FuzzExperiments.Sweep, "--launcher", "local", "--dry-run", "--machine", corpus.At("machine", "profile.yaml"), "--data", voc, "--store", store, "--runs", corpus.At("fuzz-runs")]),
            new("sweep status", 4, corpus.Below("runs", "launches"), ["sweep", "status", FuzzExperiments.Sweep, "--runs", runs, "--all", "--log"]),
            new("fmt", 3, corpus.Below("specs"), ["fmt", "--check", "--specs", corpus.At("specs")], AnswersNo: true),
        ];
    }

    private static void Expect(params string[] arguments)
    {
        var run = PoleInProcess.Run(FuzzExperiments.All, arguments);
        Assert.That(run.ExitCode, Is.Zero, $"{string.Join(' ', arguments)}: {run.Error}");
    }
}
