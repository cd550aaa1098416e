namespace Pole.Data.Tests;

/// <summary>Work on every core.</summary>
public sealed class ParallelWorkTests
{
    [Test]
    public void No_more_images_are_worked_on_at_once_than_there_are_cores()
    {
        var (now, most, counting) = (0, 0, new Lock());
        ParallelWork.For(40 * Environment.ProcessorCount, CancellationToken.None, _ =>
        {
            lock (counting) most = Math.Max(most, ++now);
            // Threads that wait make the pool add others.
            Thread.Sleep(50);
            lock (counting) now--;
        });

        Assert.That(most, Is.LessThanOrEqualTo(Environment.ProcessorCount));
    }

    [Test]
    public void An_error_arrives_as_itself() => Assert.That(() => ParallelWork.For(10, CancellationToken.None, index => throw new ExperimentException($"image {index}")), Throws.InstanceOf<ExperimentException>());
}
