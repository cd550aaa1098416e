using Pole.Runner.Comparing;

namespace Pole.Runner.Tests;

public sealed class SeedDifferenceTests
{
    /// <summary>0.975 quantile of Student's t with 9 degrees of freedom, from its tables.</summary>
    private const double Quantile = 2.262157;

    [Test]
    public void The_interval_and_p_are_those_of_the_paired_t_test()
    {
        var difference = new SeedDifference(10, Quantile * 0.04 / Math.Sqrt(10), 0.04);

        Assert.That(difference.Interval!.Value.Low, Is.Zero.Within(1e-7));
        Assert.That(difference.Interval!.Value.High, Is.EqualTo(2 * difference.Mean).Within(1e-7));
        Assert.That(difference.Probability, Is.EqualTo(0.05).Within(1e-6));
    }

    [Test]
    public void Seeds_are_paired_and_those_of_one_side_alone_are_left_out()
    {
        var difference = SeedDifference.Between(new Dictionary<int, double> { [0] = 0.5, [1] = 0.7, [5] = 0.9 }, new Dictionary<int, double> { [0] = 0.4, [1] = 0.4, [2] = 0.1 })!;

        Assert.That((difference.Seeds, difference.Mean), Is.EqualTo((2, 0.2)).Within(1e-12));
        Assert.That(difference.Deviation, Is.EqualTo(0.2 / Math.Sqrt(2)).Within(1e-12));
    }

    [Test]
    public void Without_a_common_seed_there_is_no_difference() =>
        Assert.That(SeedDifference.Between(new Dictionary<int, double> { [0] = 0.5 }, new Dictionary<int, double> { [1] = 0.5 }), Is.Null);

    // (1.95996 + 0.84162)² = 7.849; times (deviation / mean)².
    [TestCase(10, 0.05, 0.04, "higher")]
    [TestCase(10, -0.05, 0.04, "lower")]
    [TestCase(10, 0.01, 0.04, "cannot tell: about 126 seeds needed")]
    [TestCase(10, 0.0001, 0.04, "cannot tell: more than a thousand seeds needed")]
    [TestCase(12, 0.024, 0.038, "cannot tell: about 20 seeds needed")]
    [TestCase(30, 0.0145, 0.04, "cannot tell: about 60 seeds needed")]
    [TestCase(3, 0.05, 0.01, "cannot tell: 3 seeds, about 10 needed")]
    [TestCase(3, 0.02, 0.05, "cannot tell: 3 seeds, about 50 needed")]
    [TestCase(1, 0.2, null, "cannot tell: one seed")]
    public void A_difference_is_claimed_on_ten_seeds_whose_interval_leaves_out_zero(int seeds, double mean, double? deviation, string verdict) =>
        Assert.That(new SeedDifference(seeds, mean, deviation).Verdict, Is.EqualTo(verdict));

    [Test]
    public void Equal_scores_of_every_seed_are_no_difference()
    {
        var same = new SeedDifference(10, 0, 0);

        Assert.That((same.Probability, same.Interval), Is.EqualTo((1.0, (0.0, 0.0))));
        Assert.That(same.Verdict, Does.StartWith("cannot tell"));
    }

    /// <summary>Of what does not differ, the test claims a difference about once in twenty.</summary>
    [Test]
    public void Nothing_is_claimed_too_often()
    {
        const int trials = 1000;
        var random = new Random(1);
        var claims = Enumerable.Range(0, trials).Count(_ => SeedDifference.Between(Draw(random), Draw(random))!.Verdict is "higher" or "lower");

        Assert.That(claims, Is.InRange(30, 70));
    }

    private static Dictionary<int, double> Draw(Random random) => Enumerable.Range(0, 10).ToDictionary(seed => seed, _ => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()));
}
