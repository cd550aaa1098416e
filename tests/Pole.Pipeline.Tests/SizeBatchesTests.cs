using Pole.Pipeline.External;

namespace Pole.Pipeline.Tests;

/// <summary>Images of one size that are predicted together.</summary>
public sealed class SizeBatchesTests
{
    [Test]
    public void A_batch_has_one_size_and_no_more_than_it_may_and_every_item_is_in_one()
    {
        var items = Enumerable.Range(0, 50).Select(number => (Number: number, Size: (Width: 10 + number * 7 % 3, Height: 8))).ToList();

        var batches = SizeBatches.Of(items, item => item.Size, 4).ToList();

        Assert.That(batches.Select(batch => batch.Count), Is.All.InRange(1, 4));
        Assert.That(batches.Select(batch => batch.Select(item => item.Size).Distinct().Count()), Is.All.EqualTo(1));
        Assert.That(batches.SelectMany(batch => batch), Is.EquivalentTo(items));
        Assert.That(batches.Count(batch => batch.Count == 4), Is.GreaterThanOrEqualTo(10));
    }

    [Test]
    public void Images_of_which_each_has_its_own_size_do_not_pile_up()
    {
        var asked = 0;
        var items = Enumerable.Range(0, 1000).Select(number =>
        {
            asked++;
            return number;
        });

        var first = SizeBatches.Of(items, number => (number, 1), 4).First();

        Assert.That((first.Count, asked), Is.EqualTo((1, 16)));
    }

    [Test]
    public void A_batch_of_one_waits_for_nothing() => Assert.That(SizeBatches.Of([3, 1, 2], number => (number, 1), 1).Select(batch => batch.Single()), Is.EqualTo(new[] { 3, 1, 2 }));
}
