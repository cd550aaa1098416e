using Pole.Zoo.Adaptors;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class ResidualAdaptorTests
{
    [Test]
    public void Ratio_zero_returns_its_input_and_has_no_parameters()
    {
        using var scope = NewDisposeScope();
        using var adaptor = new ResidualAdaptor(8, ratio: 0);
        var features = randn(3, 8);

        Assert.That(adaptor.call(features), Is.SameAs(features));
        Assert.That(adaptor.parameters(), Is.Empty);
    }

    [Test]
    public void Other_ratios_mix_the_bottleneck_with_its_input()
    {
        using var scope = NewDisposeScope();
        using var adaptor = new ResidualAdaptor(8, ratio: 0.2, reduction: 4);
        var features = randn(3, 8);
        var weights = adaptor.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);
        var hidden = features.matmul(weights["down.weight"].t()).relu();
        var expected = hidden.matmul(weights["up.weight"].t()).relu() * 0.2 + features * 0.8;

        Assert.That(weights["down.weight"].shape, Is.EqualTo(new long[] { 2, 8 }));
        Assert.That(adaptor.call(features).allclose(expected, atol: 1e-6));
    }
}
