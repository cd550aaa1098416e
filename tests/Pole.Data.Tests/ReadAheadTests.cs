namespace Pole.Data.Tests;

/// <summary>Preparing input beside a loop, and keeping garbage collections out of the loop.</summary>
public sealed class ReadAheadTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4)]
    public void Items_come_in_their_order(int workers) =>
        Assert.That(ReadAhead.Run(50, workers, CancellationToken.None, index => index * index), Is.EqualTo(Enumerable.Range(0, 50).Select(index => index * index)));

    [Test]
    public void Not_more_than_the_number_of_workers_are_prepared_ahead()
    {
        var prepared = 0;
        var taken = 0;
        foreach (var _ in ReadAhead.Run(40, 3, CancellationToken.None, _ => Interlocked.Increment(ref prepared)))
            Assert.That(Volatile.Read(ref prepared), Is.LessThanOrEqualTo(++taken + 2));

        Assert.That(prepared, Is.EqualTo(40));
    }

    [Test]
    public void An_error_is_thrown_as_itself_when_its_turn_comes()
    {
        var seen = new List<int>();

        Assert.That(() => seen.AddRange(ReadAhead.Run(9, 4, CancellationToken.None, index => index == 5 ? throw new ExperimentException("five") : index)), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("five"));
    }

    [Test]
    public void Leaving_the_loop_waits_for_what_is_being_prepared()
    {
        var running = 0;
        foreach (var _ in ReadAhead.Run(20, 4, CancellationToken.None, index =>
        {
            Interlocked.Increment(ref running);
            for (var spin = 0; spin < 1000; spin++) Thread.Yield();
            Interlocked.Decrement(ref running);
            return index;
        }))
            break;

        Assert.That(Volatile.Read(ref running), Is.Zero);
    }

    [Test]
    public void Cancelling_ends_the_loop()
    {
        using var stop = new CancellationTokenSource();

        Assert.That(() =>
        {
            foreach (var item in ReadAhead.Run(100, 2, stop.Token, index => index))
                if (item == 3) stop.Cancel();
        }, Throws.InstanceOf<OperationCanceledException>());
    }
}
