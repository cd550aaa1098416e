using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class AffinityNetTests
{
    private const int Radius = 3;

    [Test]
    public void Affinities_are_the_exponent_of_the_mean_difference_of_features()
    {
        using var scope = NewDisposeScope();
        using var network = Build();
        network.eval();
        var image = randn(3, 61, 83);
        var features = network.Features(nn.functional.pad(image.unsqueeze(0), [0, 5, 0, 3]))[0].detach();

        var cells = network.Affinities(image, crop: 64);

        Assert.That((cells.Height, cells.Width, cells.Pairs.Count), Is.EqualTo((8, 11, PathOffsets.Within(Radius).Count)));
        foreach (var pair in cells.Pairs)
        for (var row = 0; row + pair.Row < cells.Height; row++)
        for (var column = Math.Max(0, -pair.Column); column < cells.Width && column + pair.Column < cells.Width; column++)
        {
            var expected = Math.Exp(-(features[TensorIndex.Colon, row, column] - features[TensorIndex.Colon, row + pair.Row, column + pair.Column]).abs().mean().item<float>());
            Assert.That(pair.Values[row * cells.Width + column], Is.EqualTo(expected).Within(1e-5), $"({row}, {column}) + ({pair.Row}, {pair.Column})");
        }
    }

    [Test]
    public void Training_sees_the_affinities_that_the_walk_sees()
    {
        using var scope = NewDisposeScope();
        using var network = Build();
        network.eval();
        var image = randn(1, 3, 64, 64);
        var grid = new PairGrid(8, 8, Radius);
        var trained = AffinityNet.PairAffinities(network.Features(image), grid)[0];
        var walked = network.Affinities(image[0], crop: 64);

        for (var path = 0; path < grid.Offsets.Count; path++)
        for (var source = 0; source < grid.Sources.Count; source++)
            Assert.That(trained[path, source].item<float>(), Is.EqualTo(walked.Pairs[path].Values[grid.Sources[source]]).Within(1e-5));
    }

    [Test]
    public void Some_steps_lower_the_loss()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(0);
        using var network = Build();
        network.train();
        var image = cat([zeros(1, 3, 64, 32), ones(1, 3, 64, 32)], 3) + 0.1 * randn(1, 3, 64, 64);
        var labels = new LabelMap(8, 8, [.. Enumerable.Range(0, 64).Select(cell => (byte)(cell % 8 < 4 ? 0 : 1))]);
        using var optimizer = optim.SGD([.. network.BaseParameters, .. network.HeadParameters], 0.05);
        var losses = Enumerable.Range(0, 20).Select(_ =>
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            var loss = network.Loss(image, [labels]);
            loss.backward();
            optimizer.step();
            return loss.item<float>();
        }).ToList();

        Assert.That(losses[^1], Is.LessThan(0.7 * losses[0]));
    }

    [Test]
    public void A_crop_without_room_for_the_pairs_is_refused()
    {
        using var network = Build();

        Assert.That(() => network.Loss(zeros(1, 3, 16, 16), [new LabelMap(2, 2, new byte[4])]), Throws.InstanceOf<ExperimentException>().With.Message.Contains("raise the crop"));
    }

    private static AffinityNet Build() => new(new ResNet(4, [1, 1, 1, 1], 16, freezeStem: false), Radius);
}
