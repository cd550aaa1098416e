using Pole.Data.Imaging;
using Pole.Data.Shapes;
using Pole.Pipeline.Evaluation;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>What the backbone of the Shapes experiments reaches with pixel labels: weak supervision must have room below it.</summary>
[Explicit("trains for minutes; for whoever changes Shapes or its backbone")]
public sealed class FullySupervisedBoundTests
{
    private const int Epochs = 20, BatchSize = 16;
    private const double LearningRate = 2e-3;

    [Test]
    public void Pixel_labels_reach_far_more_than_the_CAMs_of_the_README()
    {
        var folder = Directory.CreateTempSubdirectory("pole-bound-").FullName;
        try
        {
            var score = Measure(new ShapesOptions().Create(MicroExperiment.Context(folder, new RecordingProgress()).Modules));
            TestContext.Out.WriteLine($"fully supervised: {100 * score.MeanIntersectionOverUnion():f1} ({string.Join(", ", score.IntersectionOverUnion().Select(iou => $"{100 * iou:f1}"))})");

            Assert.That(score.MeanIntersectionOverUnion(), Is.GreaterThan(0.6));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ConfusionMatrix Measure(IDataset dataset)
    {
        dataset.Prepare(new RecordingProgress { Worked = { "data" } }, CancellationToken.None);
        random.manual_seed(0);
        using var network = new ClassifierCamNetwork(new ResNet(16, [1, 1, 1, 1], 16, freezeStem: false), dataset.Classes.Count + 1);
        using var optimizer = optim.AdamW(network.parameters(), LearningRate);
        var samples = dataset.Samples(dataset.TrainSplit);
        var order = new Random(0);
        network.train();
        foreach (var batch in Enumerable.Range(0, Epochs).SelectMany(_ => samples.OrderBy(_ => order.Next()).Chunk(BatchSize)))
        {
            using var scope = NewDisposeScope();
            var images = stack(batch.Select(sample => ImageTensors.Normalised(sample.LoadImage())));
            var labels = stack(batch.Select(sample => Labels(sample.LoadLabels())));
            var mirrored = order.Next(2) == 1;
            var loss = nn.functional.cross_entropy(Logits(network, mirrored ? images.flip(-1) : images), mirrored ? labels.flip(-1) : labels);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }

        network.eval();
        var confusion = new ConfusionMatrix(dataset.Classes.Count + 1);
        using var noGradient = no_grad();
        foreach (var sample in dataset.Samples(dataset.EvaluationSplit))
        {
            using var scope = NewDisposeScope();
            var scores = Logits(network, ImageTensors.Normalised(sample.LoadImage()).unsqueeze(0))[0];
            // Like the CAMs, it may choose among the background and the classes that are present.
            var allowed = sample.PresentClasses.Select(present => present + 1L).Prepend(0).ToArray();
            var best = scores.index_select(0, tensor(allowed)).argmax(0).data<long>().Select(index => (byte)allowed[index]).ToArray();
            confusion.Add(sample.LoadLabels(), new LabelMap((int)scores.shape[2], (int)scores.shape[1], best));
        }

        return confusion;
    }

    private static Tensor Logits(CamNetwork network, Tensor images) =>
        nn.functional.interpolate(network.Maps(images), [images.shape[2], images.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);

    private static Tensor Labels(LabelMap map) => tensor(map.Labels.Select(label => (long)label).ToArray(), [map.Height, map.Width]);
}
