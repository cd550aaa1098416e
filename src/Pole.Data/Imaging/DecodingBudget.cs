namespace Pole.Data.Imaging;

/// <summary>
/// Pixels that are decoded at the same time, by all threads together: a bound for each image alone would let as many of the largest ones in as there are threads.
/// </summary>
internal sealed class DecodingBudget(long most)
{
    private readonly object waiting = new();
    private long used;

    /// <summary>One image of the largest size, or sixteen of twelve megapixels.</summary>
    public static DecodingBudget Shared { get; } = new(200_000_000);

    /// <summary>Waits until the pixels fit. What is larger than the budget comes alone.</summary>
    /// <returns>Gives them back when it is disposed.</returns>
    public IDisposable Take(long pixels)
    {
        lock (waiting)
        {
            while (used > 0 && used + pixels > most) Monitor.Wait(waiting);
            used += pixels;
        }

        return new Share(this, pixels);
    }

    private void GiveBack(long pixels)
    {
        lock (waiting)
        {
            used -= pixels;
            Monitor.PulseAll(waiting);
        }
    }

    private sealed class Share(DecodingBudget budget, long pixels) : IDisposable
    {
        private bool isGivenBack;

        public void Dispose()
        {
            if (isGivenBack) return;
            isGivenBack = true;
            budget.GiveBack(pixels);
        }
    }
}
