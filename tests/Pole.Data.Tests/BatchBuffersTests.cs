using Pole.Data.Loading;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Data.Tests;

public sealed class BatchBuffersTests
{
    [Test]
    public void A_batch_is_in_the_tensors_that_the_last_one_was_in()
    {
        using var buffers = new BatchBuffers(CPU);
        var first = buffers.Fill(Batch(2, 1));
        var second = buffers.Fill(Batch(2, 7));

        Assert.That((second.Images.Handle, second.Labels.Handle), Is.EqualTo((first.Images.Handle, first.Labels.Handle)));
        Assert.That((second.Images.shape, second.Images.data<float>().ToArray()), Is.EqualTo((new long[] { 2, 3, 4, 4 }, Batch(2, 7).Pixels)));
        Assert.That((second.Labels.shape, second.Labels.data<float>().ToArray()), Is.EqualTo((new long[] { 2, 2 }, Batch(2, 7).Labels)));
    }

    [Test]
    public void A_batch_of_another_size_has_tensors_of_its_own_size()
    {
        using var buffers = new BatchBuffers(CPU);
        buffers.Fill(Batch(2, 1));

        Assert.That(buffers.Fill(Batch(3, 1)).Images.shape, Is.EqualTo(new long[] { 3, 3, 4, 4 }));
    }

    [Test]
    public void Tensors_outlive_the_scope_of_a_step_and_end_with_the_buffers()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var buffers = new BatchBuffers(CPU))
        {
            Tensor images;
            using (NewDisposeScope()) images = buffers.Fill(Batch(2, 1)).Images;
            Assert.That(images.IsInvalid, Is.False);
        }

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private static PreparedBatch Batch(int count, float first) =>
        new([.. Enumerable.Range(0, count).Select(_ => (ISample)null!)], [.. Enumerable.Range(0, count * 48).Select(index => first + index)], 4, [.. Enumerable.Range(0, count * 2).Select(index => first - index)]);
}
