using System.Runtime.InteropServices;
using Pole.Compute;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>torch's convolutions on this machine: everything stands on them, and on some virtual machines oneDNN gives wrong ones (<see cref="OneDnn"/>).</summary>
public sealed class ConvolutionTests
{
    [Test]
    public void Outputs_and_gradients_equal_those_in_double_precision_whatever_the_number_of_channels(
        [Values(1, 2, 16)] int images, [Values(3, 4, 8, 12, 16, 24)] int channels, [Values(1, 3)] int kernel, [Values] bool channelsLast)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        // What oneDNN takes for its blocks then holds no zeros by chance.
        for (var size = 1 << 8; size < 1 << 20; size *= 2) full(size, float.NaN).Dispose();
        var (input, weight) = (rand(images, channels, 16, 16) - 0.5, rand(channels, channels, kernel, kernel) - 0.5);
        if (channelsLast) input = input.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var gradient = rand(images, channels, 16, 16) - 0.5;

        var (computed, exact) = (Convolve(input, weight, gradient, ScalarType.Float32), Convolve(input, weight, gradient, ScalarType.Float64));

        using (Assert.EnterMultipleScope())
            foreach (var (name, value, expected) in new[] { "output", "gradient of the input", "gradient of the weight" }.Zip(computed, exact))
                Assert.That((value - expected).abs().max().item<double>(), Is.LessThan(1e-4 * expected.abs().max().item<double>()), name);
    }

    /// <summary>Asked of torch itself, by the name that gcc gives <c>at::Context::userEnabledMkldnn() const</c>.</summary>
    [Test, Platform("Linux")]
    public void OneDnn_is_used_wherever_it_is_safe()
    {
        using var first = zeros(1);
        var torch = NativeLibrary.Load("torch_cpu", typeof(OneDnn).Assembly, null);
        var context = Marshal.GetDelegateForFunctionPointer<Context>(NativeLibrary.GetExport(torch, "_ZN2at13globalContextEv"))();
        var enabled = Marshal.GetDelegateForFunctionPointer<Enabled>(NativeLibrary.GetExport(torch, "_ZNK2at7Context17userEnabledMkldnnEv"))(context);

        Assert.That((enabled, OneDnn.IsUsed), Is.EqualTo((!OneDnn.IsUnsafe, !OneDnn.IsUnsafe)));
    }

    private delegate nint Context();

    [return: MarshalAs(UnmanagedType.U1)]
    private delegate bool Enabled(nint context);

    private static Tensor[] Convolve(Tensor input, Tensor weight, Tensor gradient, ScalarType type)
    {
        var (leaf, kernel) = (input.to(type).detach().requires_grad_(true), weight.to(type).detach().requires_grad_(true));
        var output = nn.functional.conv2d(leaf, kernel, padding: [weight.shape[2] / 2, weight.shape[2] / 2]);
        return [output.detach(), .. autograd.grad([output], [leaf, kernel], [gradient.to(type)])];
    }
}
