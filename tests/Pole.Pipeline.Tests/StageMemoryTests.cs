using System.Collections.Concurrent;
using Pole.Data.Shapes;

namespace Pole.Pipeline.Tests;

/// <summary>What stages hold in memory, managed and native together.</summary>
public sealed class StageMemoryTests
{
    /// <summary>From the second fifth of these to the last, a stage that held every image would grow by 75 MB, one that held every CAM by 100 MB a class.</summary>
    private const int Images = 640, Side = 256;

    private const long Margin = 60_000_000;

    private static readonly string[] Stages = ["masked-features", "evaluation", "confident-labels", "pseudo-masks", "segmentation-evaluation"];

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-memory-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test, Explicit("takes minutes; for whoever changes a stage that works image by image")]
    public void Later_images_of_a_stage_take_no_more_memory_than_early_ones()
    {
        var memory = Stages.ToDictionary(stage => stage, _ => new ConcurrentQueue<long>());
        var progress = new RecordingProgress { OnAdvance = stage => memory.GetValueOrDefault(stage)?.Enqueue(Held()) };
        var full = MicroExperiment.Full;
        new ExperimentRun(full with
        {
            Dataset = new ShapesOptions { TrainImages = Images, EvaluationImages = Images, Side = Side },
            Baseline = Short(full.Baseline!),
            Clims = Short(full.Clims!),
            Refinement = full.Refinement! with { Training = Short(full.Refinement.Training!) },
            Segmentation = full.Segmentation! with { Training = Short(full.Segmentation.Training) },
        }, MicroExperiment.Context(folder, progress)).Run();

        Assert.Multiple(() =>
        {
            foreach (var (stage, samples) in memory)
            {
                var fifth = samples.Count / 5;
                var (early, late) = (Median(samples.Skip(fifth).Take(fifth)), Median(samples.TakeLast(fifth)));
                TestContext.Out.WriteLine($"{stage}: {early / 1e6:f0} MB in the second fifth of {Images} images, {late / 1e6:f0} MB in the last ({samples.Count} samples)");
                Assert.That(late - early, Is.LessThan(Margin), stage);
            }
        });
    }

    /// <summary>Native memory, and what lives of the managed: garbage that waits for its collection may be a gigabyte where memory is plenty.</summary>
    private static long Held()
    {
        var alive = GC.GetTotalMemory(forceFullCollection: true);
        return alive + Environment.WorkingSet - GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
    }

    /// <summary>What images in flight hold comes and goes.</summary>
    private static long Median(IEnumerable<long> values)
    {
        var ordered = values.Order().ToList();
        return ordered[ordered.Count / 2];
    }

    private static TrainingOptions Short(TrainingOptions training) => training with { Epochs = null, Iterations = 2 };
}
