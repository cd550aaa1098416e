using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class GarbageCollectionTests
{
    /// <summary>With TorchSharp 0.107 as it is published, one sum in some ten thousand fails here; see generators/Pole.Build.</summary>
    [Test]
    public void Numbers_of_an_operation_live_while_torch_reads_them()
    {
        using var scope = NewDisposeScope();
        var (left, right) = (ones(64, 64), ones(64, 64));
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            for (var sum = 0; sum < 100_000; sum++)
            {
                using var inner = NewDisposeScope();
                _ = left * 1.5 + right;
            }
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }
}
