using Pole.Data.Coco;
using Pole.Data.Folders;
using Pole.Data.Imaging;
using Pole.Data.Voc;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.External;
using Pole.Pipeline.Training;
using Pole.Runner.Building;
using Pole.Runner.Launching;
using Pole.Runner.Runs;
using Pole.Runner.Specs;
using Pole.Runner.Tracking;
using Pole.Zoo.Clip;
using Pole.Zoo.Weights;

namespace Pole.Runner.Tests.Fuzzing;

/// <summary>A reader of files from outside, without a command around it.</summary>
/// <param name="Files">What is damaged, one at a time.</param>
/// <param name="Read">Reads all of what the files say.</param>
internal sealed record FuzzReader(string Name, IReadOnlyList<string> Files, Action Read)
{
    /// <summary>Named before a corpus is there, for the names of tests.</summary>
    public static readonly string[] Names =
    [
        "weights of a zip archive", "weights of a legacy file", "weights of TorchScript", "weights of safetensors", "weights of ONNX", "weights of a folder", "arrays of npy", "JPEG images", "WebP, TIFF and BMP images", "label maps", "tables of labels", "VOC annotations", "COCO annotations",
        "specs", "experiments.lock", "a store", "run records", "launches", "selections", "machine profiles", "tracked runs",
    ];

    public static FuzzReader Of(string name, FuzzCorpus corpus)
    {
        FuzzReader On(IReadOnlyList<string> files, Action<string> read) => new(name, files, () => files.ToList().ForEach(read));
        return name switch
        {
            "weights of a zip archive" => On([corpus.At("containers", "zip.pth")], ReadWeights),
            "weights of a legacy file" => On([corpus.At("containers", "legacy.pth")], ReadWeights),
            "weights of TorchScript" => On([corpus.At("containers", "script.pt")], ReadWeights),
            "weights of safetensors" => On([corpus.At("weights", "own.safetensors")], ReadWeights),
            "weights of ONNX" => On([corpus.At("containers", "model.onnx"), corpus.At("containers", "fields.onnx")], ReadWeights),
            "weights of a folder" => new(name, corpus.Below("published"), () => ReadClip(corpus.At("published", "clip-vit-base-patch32"))),
            "arrays of npy" => On(corpus.Below("cams"), path => CamFile.Read(path, classes: 20).Dispose()),
            "JPEG images" => On(corpus.Below("images"), path => ImageCodec.ReadRgb(path)),
            "WebP, TIFF and BMP images" => On(corpus.Below("other-images"), path => ImageCodec.ReadRgb(path)),
            "tables of labels" => On(corpus.Below("tables"), path => _ = new TableLabels(path, new ClassNames(["boat", "fish"], "the corpus"), ["i0", "i1", "i2"])),
            "label maps" => On(corpus.Below("truth"), path => ImageCodec.ReadLabels(path)),
            "VOC annotations" => new(name, [.. corpus.Below("voc").Where(file => Path.GetExtension(file) is ".xml" or ".txt")], () => ReadSamples(new Voc12Options { TrainSplit = "train", EvaluationSplit = "val" }, corpus.At("voc"))),
            "COCO annotations" => new(name, [.. corpus.Below("coco").Where(file => Path.GetExtension(file) == ".json")], () => ReadSamples(new Coco14Options { TrainSplit = "train2014", EvaluationSplit = "val2014" }, corpus.At("coco"))),
            "specs" => new(name, corpus.Below("specs"), () => ReadSpecs(corpus.At("specs"))),
            "experiments.lock" => On(corpus.Below("lock"), path => SpecLock.Apply([], Path.GetDirectoryName(path)!, LockMode.Verify).ToList()),
            "a store" => Trained(corpus).Below("store", "stages") is var files ? new(name, files, () => ReadStore(corpus.At("store", "stages"))) : null!,
            "run records" => Trained(corpus).At("runs", FuzzExperiments.Voc) is var run ? new(name, [.. Directory.EnumerateFiles(run, "*.json*", SearchOption.AllDirectories)], () => ReadRun(run)) : null!,
            "launches" => Directory.GetDirectories(Launched(corpus).At("runs", "launches"))[0] is var launch ? new(name, [.. Directory.EnumerateFiles(launch, "*.json", SearchOption.AllDirectories)], () => ReadLaunch(launch)) : null!,
            "selections" => On([corpus.At("selections", "own.json")], path => PromptChoices.Read(path)),
            "machine profiles" => On(corpus.Below("machine"), path => MachineProfileFile.Read(path)),
            "tracked runs" => On([corpus.At("tracked", TrackingFile.FileName)], path => TrackingFile.Open(Path.GetDirectoryName(path)!).Runs.ToList().ForEach(run => run.Description.Tags())),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such reader"),
        };
    }

    private static FuzzCorpus Trained(FuzzCorpus corpus) => Command(corpus, "run", FuzzExperiments.Voc, "--data", corpus.At("voc"), "--store", corpus.At("store"), "--runs", corpus.At("runs"), "--quiet");

    private static FuzzCorpus Launched(FuzzCorpus corpus) => Command(corpus, "sweep", FuzzExperiments.Sweep, "--launcher", "local", "--dry-run", "--data", corpus.At("voc"), "--store", corpus.At("store"), "--runs", corpus.At("runs"));

    private static FuzzCorpus Command(FuzzCorpus corpus, params string[] arguments) =>
        PoleInProcess.Run(FuzzExperiments.All, arguments) is { ExitCode: ExitCodes.Success } ? corpus : throw new InvalidOperationException($"pole {string.Join(' ', arguments)} failed");

    private static void ReadWeights(string path)
    {
        using var file = WeightFile.Open(path);
        foreach (var tensor in file.Tensors.Values) tensor.Read().Dispose();
    }

    private static void ReadClip(string folder)
    {
        ReadWeights(folder);
        using var file = WeightFile.Open(folder);
        ClipLoader.Describe(file);
        ClipTokenizer.Read(Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
    }

    private static void ReadSamples(IModuleOptions<IDataset> options, string root)
    {
        var dataset = options.Create(ModuleContext.None with { DataFolder = root });
        foreach (var split in new[] { dataset.TrainSplit, dataset.EvaluationSplit })
            foreach (var sample in dataset.Samples(split)) _ = (sample.PresentClasses, sample.LoadLabels());
    }

    private static void ReadSpecs(string root)
    {
        var texts = SpecFiles.In(root).ToDictionary(name => name, name => InputFile.Read(Path.Combine(root, name), "a spec", "write it again", () => TextFile.Read(Path.Combine(root, name))), StringComparer.Ordinal);
        foreach (var (name, text) in texts) SpecFormat.Apply(Path.Combine(root, name), text);
        SpecLoader.Load(texts, root);
    }

    private static void ReadStore(string root)
    {
        var stored = new StoredStages(root);
        stored.Damaged();
        foreach (var stage in stored.All()) StoredStages.IsEarlier(stage);
        foreach (var stage in stored.All()) stored.Nearest(stage.Stage, """{"stage":"baseline","version":1,"reads":{},"data":{},"weights":{},"upstream":{}}""", new DigestContents(root));
    }

    private static void ReadRun(string folder)
    {
        foreach (var result in Directory.EnumerateFiles(folder, RunRecord.FileName, SearchOption.AllDirectories)) RunRecord.Read(Path.GetDirectoryName(result)!);
        foreach (var metrics in Directory.EnumerateFiles(folder, "*.jsonl", SearchOption.AllDirectories)) MeasurementFile.Read(metrics);
    }

    private static void ReadLaunch(string path)
    {
        var launch = LaunchFolder.Open(path);
        launch.FindLauncher();
        foreach (var step in launch.Plan.Steps)
            for (var index = 0; index < step.Tasks.Count; index++) TaskState.Read(launch.StateOf(step, index));
    }
}
