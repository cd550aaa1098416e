using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Data.Loading;

/// <summary>
/// Tensors on a device that the batches of a training are copied into, one after the other: nothing is allocated for a batch, and on a GPU the copy starts from
/// pinned memory. A batch is there until the next is filled in.
/// </summary>
public sealed class BatchBuffers(Device device) : IDisposable
{
    private readonly Buffer images = new(device), labels = new(device);

    /// <returns>Tensors that stay the buffers'; the caller does not dispose them.</returns>
    public TrainingBatch Fill(PreparedBatch batch)
    {
        var count = batch.Samples.Count;
        return new TrainingBatch(batch.Samples, images.Fill(batch.Pixels, [count, 3, batch.Side, batch.Side]), labels.Fill(batch.Labels, [count, batch.Labels.Length / count]));
    }

    public void Dispose()
    {
        images.Dispose();
        labels.Dispose();
    }

    private sealed class Buffer(Device device) : IDisposable
    {
        private Tensor? host, there;

        public Tensor Fill(float[] values, long[] shape)
        {
            if (host is null || !host.shape.AsSpan().SequenceEqual(shape)) Allocate(shape);
            MemoryMarshal.AsBytes<float>(values).CopyTo(host!.bytes);
            if (!ReferenceEquals(host, there)) there!.copy_(host);
            return there!;
        }

        public void Dispose()
        {
            if (!ReferenceEquals(host, there)) there?.Dispose();
            host?.Dispose();
        }

        private void Allocate(long[] shape)
        {
            Dispose();
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var plain = empty(shape, ScalarType.Float32, device: CPU);
            host = (device.type == DeviceType.CUDA ? plain.pin_memory() : plain).DetachFromDisposeScope();
            there = device.type == DeviceType.CPU ? host : empty(shape, ScalarType.Float32, device).DetachFromDisposeScope();
        }
    }
}
