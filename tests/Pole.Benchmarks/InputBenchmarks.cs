using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Pole.Data.Augmentations;
using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Pipeline.Training;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Optimizers;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>
/// Decoding and augmenting photographs of VOC's size beside a training step: a step of ResNet-50 (batch 4, crop 224) on data that is there, the same with batches that two
/// workers prepare, and a published batch (16 images, crop 512) on one core, which says how many workers a faster device needs.
/// </summary>
[Config(typeof(InProcessConfig))]
public class InputBenchmarks
{
    private const int Files = 32, Width = 500, Height = 375, Steps = 6, StepsOfGpu = 40;

    private readonly TrainingOptions small = new() { Epochs = 1, LearningRate = 1e-4, BatchSize = 4, Augmentation = new RandomLongSideOptions { From = 256, To = 320 }, Crop = 224 };
    private readonly TrainingOptions published = new() { Epochs = 1, LearningRate = 1e-4, BatchSize = 16, Augmentation = new RandomLongSideOptions { From = 320, To = 640 }, Crop = 512 };
    private readonly Stopwatch waited = new(), all = new(), preparing = new();
    private string folder = "";
    private ClassifierCamNetwork network = null!;
    private Optimizer optimizer = null!;
    private TrainingBatches batches = null!, publishedBatches = null!;
    private PreparedBatch there = null!;
    private int prepared;

    [GlobalSetup]
    public void Make()
    {
        folder = Directory.CreateTempSubdirectory("pole-input-").FullName;
        for (var file = 0; file < Files; file++) WritePhotograph(Path.Combine(folder, $"{file}.jpg"), file);
        IReadOnlyList<ISample> samples = [.. Enumerable.Range(0, Files).Select(file => new Photograph(Path.Combine(folder, $"{file}.jpg")))];
        network = new ClassifierCamNetwork(new ResNetOptions { Width = 64, Blocks = [3, 4, 6, 3] }.Create(new ModuleContext { Device = CPU, CacheFolder = "" }), 2);
        optimizer = new ClimsSgdOptions().Create([new ParameterGroup(network.parameters(), 1e-4, 1e-4)], ModuleContext.None);
        (batches, publishedBatches) = (new TrainingBatches(samples, 2, small, 0), new TrainingBatches(samples, 2, published, 0));
        there = batches.Epoch(0, 0, CancellationToken.None).First();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public void StepOnDataThatIsThere()
    {
        for (var step = 0; step < Steps; step++) Step(there);
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public void StepWithTwoWorkers()
    {
        all.Start();
        using var coming = batches.Epoch(0, 2, CancellationToken.None).GetEnumerator();
        for (var step = 0; step < Steps; step++)
        {
            // The first batch has no step to hide behind.
            if (step > 0) waited.Start();
            coming.MoveNext();
            waited.Stop();
            Step(coming.Current);
        }

        all.Stop();
    }

    [Benchmark]
    public int PublishedBatchOnOneCore()
    {
        preparing.Start();
        var batch = publishedBatches.Epoch(prepared++, 0, CancellationToken.None).First();
        preparing.Stop();
        return batch.Samples.Count;
    }

    [GlobalCleanup]
    public void Say()
    {
        if (all.Elapsed > TimeSpan.Zero) Console.WriteLine($"// waited for data in {waited.Elapsed / all.Elapsed:p2} of the time");
        if (prepared > 0) Console.WriteLine($"// {preparing.Elapsed.TotalSeconds / prepared * StepsOfGpu:f1} workers keep up with {StepsOfGpu} steps a second of 16 images at 512");
        Directory.Delete(folder, recursive: true);
    }

    private void Step(PreparedBatch prepared)
    {
        using var scope = NewDisposeScope();
        network.train();
        optimizer.ZeroGradients();
        BaselineTraining.Loss(network, prepared.ToTensors(), CPU).backward();
        optimizer.Step();
    }

    /// <summary>Smooth colours with some noise, so that it has about the size of a photograph.</summary>
    private static void WritePhotograph(string path, int seed)
    {
        var (noise, pixels) = (new Random(seed), new byte[Width * Height * 3]);
        for (var index = 0; index < pixels.Length; index++) pixels[index] = (byte)(index / 3 / Width / 2 + noise.Next(24));
        ImageCodec.WriteJpeg(path, new RgbImage(Width, Height, pixels));
    }

    private sealed record Photograph(string Path) : ISample
    {
        public string Id => Path;

        public IReadOnlyList<int> PresentClasses => [0];

        public RgbImage LoadImage() => ImageCodec.ReadRgb(Path);

        public LabelMap LoadLabels() => throw new NotSupportedException();
    }
}
