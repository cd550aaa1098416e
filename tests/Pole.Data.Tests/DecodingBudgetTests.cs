using Pole.Data.Imaging;

namespace Pole.Data.Tests;

public sealed class DecodingBudgetTests
{
    [Test]
    public void Threads_together_decode_no_more_than_the_budget()
    {
        var (budget, used, most, watch) = (new DecodingBudget(100), 0L, 0L, new Lock());
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, index =>
        {
            var pixels = 10 + index % 60;
            using var taken = budget.Take(pixels);
            lock (watch) most = Math.Max(most, used += pixels);
            Thread.Yield();
            lock (watch) used -= pixels;
        });

        Assert.That(most, Is.InRange(60, 100));
    }

    [Test]
    public void What_is_larger_than_the_budget_comes_alone()
    {
        var budget = new DecodingBudget(100);
        var (large, small) = (budget.Take(500), Task.Run(() => budget.Take(1)));
        Assert.That(small.Wait(TimeSpan.FromMilliseconds(100)), Is.False);
        large.Dispose();
        large.Dispose();

        Assert.That(small.Wait(TimeSpan.FromSeconds(10)));
    }
}
