using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Data.Tests;

public sealed class TensorValuesTests
{
    private DisposeScope scope = null!;

    [SetUp]
    public void BeginScope() => scope = NewDisposeScope();

    [TearDown]
    public void EndScope() => scope.Dispose();

    [Test]
    public void Values_come_in_row_major_order_whatever_the_order_in_memory() =>
        Assert.That(arange(6, dtype: ScalarType.Float32).view(2, 3).t().ToFloats(), Is.EqualTo(new[] { 0, 3, 1, 4, 2, 5 }));

    [Test]
    public void Other_types_are_converted()
    {
        Assert.That(tensor(new[] { 1.5, -2 }).ToFloats(), Is.EqualTo(new[] { 1.5f, -2 }));
        Assert.That(tensor(new[] { 1.5f, -2 }).to(ScalarType.BFloat16).ToFloats(), Is.EqualTo(new[] { 1.5f, -2 }));
        Assert.That(tensor(new byte[] { 255, 0 }).ToIntegers(), Is.EqualTo(new[] { 255, 0 }));
    }

    [Test]
    public void A_scalar_is_one_value_and_an_empty_tensor_none()
    {
        Assert.That(tensor(2.5f).ToFloats(), Is.EqualTo(new[] { 2.5f }));
        Assert.That(zeros(0, 3).ToFloats(), Is.Empty);
    }

    [Test]
    public void The_values_are_a_copy()
    {
        var tensor = zeros(2);
        var values = tensor.ToFloats();
        tensor.add_(1);

        Assert.That(values, Is.EqualTo(new[] { 0, 0 }));
    }

    [Test]
    public void A_tensor_with_a_gradient_keeps_it()
    {
        var weights = ones(2, requires_grad: true);
        var values = weights * 3;

        Assert.That(values.ToFloats(), Is.EqualTo(new[] { 3, 3 }));
        values.sum().backward();
        Assert.That(weights.grad!.ToFloats(), Is.EqualTo(new[] { 3, 3 }));
    }
}
