using System.Globalization;
using MathNet.Numerics.Distributions;

namespace Pole.Runner.Comparing;

/// <summary>
/// How much one experiment is above another over the seeds that both have: Student's paired t. The seed is the unit, since a difference between methods has to hold for other seeds, and images say nothing of those.
/// </summary>
/// <param name="Seeds">Seeds that both have.</param>
/// <param name="Mean">Of the seeds' differences, −1…1.</param>
/// <param name="Deviation">Their sample standard deviation; null for one seed.</param>
internal sealed record SeedDifference(int Seeds, double Mean, double? Deviation)
{
    /// <summary>Seeds below which no difference is claimed: the deviation itself is too uncertain.</summary>
    public const int LeastSeeds = 10;

    /// <summary>More seeds than anybody trains.</summary>
    private const int MostSeeds = 1000;

    private const double Level = 0.05, Power = 0.8;

    /// <summary>95 % interval of the mean; null for one seed.</summary>
    public (double Low, double High)? Interval => Deviation is { } deviation
        ? (Mean - StudentT.InvCDF(0, 1, Seeds - 1, 1 - Level / 2) * deviation / Math.Sqrt(Seeds), Mean + StudentT.InvCDF(0, 1, Seeds - 1, 1 - Level / 2) * deviation / Math.Sqrt(Seeds))
        : null;

    /// <summary>Two-sided p of the paired t-test; null for one seed.</summary>
    public double? Probability => Deviation is not { } deviation ? null
        : deviation == 0 ? Mean == 0 ? 1 : 0 : 2 * StudentT.CDF(0, 1, Seeds - 1, -Math.Abs(Mean) * Math.Sqrt(Seeds) / deviation);

    /// <summary>Seeds of which four in five comparisons would tell a difference of this size and spread from nothing; null where that needs more than a thousand.</summary>
    public int? NeededSeeds
    {
        get
        {
            if (Deviation is not { } deviation || Mean == 0) return null;
            var needed = Math.Pow((Normal.InvCDF(0, 1, 1 - Level / 2) + Normal.InvCDF(0, 1, Power)) * deviation / Mean, 2);
            return needed > MostSeeds ? null : Math.Max(LeastSeeds, (int)Math.Ceiling(needed));
        }
    }

    /// <summary>What may be said of the difference.</summary>
    public string Verdict => Seeds >= LeastSeeds && Interval is var (low, high) && (low > 0 || high < 0) ? Mean > 0 ? "higher" : "lower"
        : Seeds == 1 ? "cannot tell: one seed"
        : Seeds < LeastSeeds ? $"cannot tell: {Seeds} seeds, {Needed(NeededSeeds)} needed"
        : NeededSeeds is { } more && more <= Seeds ? $"cannot tell: {Seeds} seeds, a few more may" : $"cannot tell: {Needed(NeededSeeds)} seeds needed";

    /// <param name="one">mIoU by seed, 0…1.</param>
    /// <param name="other">The same for what it is compared with.</param>
    /// <returns>Null where they have no seed in common.</returns>
    public static SeedDifference? Between(IReadOnlyDictionary<int, double> one, IReadOnlyDictionary<int, double> other)
    {
        var differences = one.Where(seed => other.ContainsKey(seed.Key)).Select(seed => seed.Value - other[seed.Key]).ToList();
        if (differences.Count == 0) return null;
        var spread = Spread.Of(differences);
        return new SeedDifference(differences.Count, spread.Mean, spread.Deviation);
    }

    private static string Needed(int? seeds) => seeds is { } count ? $"about {count.ToString(CultureInfo.InvariantCulture)}" : "more than a thousand";
}
