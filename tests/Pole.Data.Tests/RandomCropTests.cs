using Pole.Data.Augmentations;
using Pole.Data.Imaging;

namespace Pole.Data.Tests;

/// <summary>Options of the augmentations: resizing, padding, colours.</summary>
public sealed class RandomCropTests
{
    private const int Side = 24;

    private static readonly RandomScaleOptions DeepLab = new() { Factors = [0.5, 0.75, 1, 1.25, 1.5], Resize = ResizeFilter.Bilinear, Padding = CropPadding.BottomRight };
    private static readonly ColourJitterOptions Jitter = new() { Brightness = 0.3, Contrast = 0.3, Saturation = 0.3, Hue = 0.1 };

    /// <summary>No pixel is 0, so that 0 is padding.</summary>
    private static readonly RgbImage Image = new(30, 20, [.. Enumerable.Range(0, 1800).Select(value => (byte)(1 + value * 7 % 255))]);

    private static IEnumerable<int> Seeds => Enumerable.Range(0, 60);

    [Test]
    public void What_is_left_out_is_resized_bicubically_and_lies_anywhere() =>
        Assert.That(Seeds.Select(seed => Crop(new RandomScaleOptions { From = 0.5, To = 1.5 }, seed)), Is.EqualTo(Seeds.Select(seed => Crop(new RandomScaleOptions { From = 0.5, To = 1.5, Resize = ResizeFilter.Bicubic, Padding = CropPadding.Anywhere }, seed))));

    /// <summary>The draws, one after the other, as they were before there were options: what results of that time were trained on.</summary>
    [Test]
    public void A_bicubic_crop_is_the_window_that_factor_mirroring_row_and_column_are_drawn_for()
    {
        foreach (var seed in Seeds)
        {
            var random = new Random(seed);
            var resized = PilResize.Rescale(Image, 0.5 + random.NextDouble());
            var mirrored = random.Next(2) == 1;
            var (top, left) = (Offset(resized.Height, random), Offset(resized.Width, random));

            Assert.That(Crop(new RandomScaleOptions { From = 0.5, To = 1.5 }, seed), Is.EqualTo(Place(top, left, (row, column) =>
                row < 0 || column < 0 || row >= resized.Height || column >= resized.Width ? 0 : resized.Pixels[(row * resized.Width + (mirrored ? resized.Width - 1 - column : column)) * 3])).Within(1e-6f), $"seed {seed}");
        }

        // Of the crop in the image.
        static int Offset(int side, Random random) => side < Side ? -random.Next(Side - side + 1) : random.Next(side - Side + 1);
    }

    [Test]
    public void A_small_image_lies_in_the_top_left_corner_and_mirrored_in_the_top_right_one()
    {
        var small = DeepLab with { Factors = [0.5] };
        var plain = Place(0, 0, (row, column) => Halved(row, column));
        var mirrored = Place(0, 0, (row, column) => Halved(row, Side - 1 - column));

        Assert.That(Seeds.Select(seed => Crop(small, seed)).Distinct(new SameNumbers()), Is.EquivalentTo(new[] { plain, mirrored }));

        static float Halved(int row, int column)
        {
            var pixel = new float[3];
            if (row >= Image.Height / 2 || column >= Image.Width / 2) return 0;
            new OpenCvBilinear(Image, Image.Width / 2, Image.Height / 2).Read(row, column, pixel);
            return pixel[0];
        }
    }

    /// <summary>The published order: resize, pad, crop, mirror.</summary>
    [Test]
    public void Every_crop_is_one_that_the_published_code_can_make_and_all_of_them_are_made()
    {
        var crops = Enumerable.Range(0, 600).Select(seed => Crop(DeepLab with { Factors = [1.25] }, seed)).Distinct(new SameNumbers()).ToList();
        var resized = new OpenCvBilinear(Image, 37, 25);
        var pixels = Enumerable.Range(0, resized.Height).Select(row =>
        {
            var read = new float[3 * resized.Width];
            resized.Read(row, 0, read);
            return read;
        }).ToList();
        var published = from top in Enumerable.Range(0, 25 - Side + 1) from left in Enumerable.Range(0, 37 - Side + 1) from mirrored in new[] { false, true } select Place(0, 0, (row, column) => pixels[top + row][3 * (left + (mirrored ? Side - 1 - column : column))]);

        Assert.That(crops, Is.EquivalentTo(published));
    }

    [TestCaseSource(nameof(Augmentations))]
    public void Labels_lie_on_their_pixels(RandomScaleOptions options)
    {
        // The red of a pixel says its label; factor 1 resizes neither.
        var map = new LabelMap(Image.Width, Image.Height, [.. Image.Pixels.Where((_, index) => index % 3 == 0).Select(red => (byte)(red % 21))]);
        foreach (var seed in Seeds)
        {
            var (crop, labels) = (Crop(options with { From = null, To = null, Factors = [1] }, seed), options with { From = null, To = null, Factors = [1] });

            Assert.That(labels.Create(ModuleContext.None).Apply(map, seed, Side).Labels, Is.EqualTo(crop.Select(red => red == 0 ? LabelMap.Ignored : (byte)((int)Math.Round(red) % 21))), $"seed {seed}");
        }
    }

    private static IEnumerable<RandomScaleOptions> Augmentations => [new() { Factors = [1] }, DeepLab, new() { Factors = [1], Padding = CropPadding.BottomRight }];

    [Test]
    public void Sizes_are_rounded_down_for_bilinear_and_to_even_for_bicubic()
    {
        // 20 rows and 30 columns, times 0.53: 10.6 and 15.9.
        Assert.That(Crop(DeepLab with { Factors = [0.53] }, 0).Count(value => value != 0), Is.EqualTo(10 * 15));
        Assert.That(Crop(new RandomScaleOptions { Factors = [0.53] }, 0).Count(value => value != 0), Is.EqualTo(11 * 16));
    }

    [Test]
    public void Ranges_of_zero_leave_every_number_as_it_is() =>
        Assert.That(Seeds.Select(seed => Crop(new RandomScaleOptions { From = 0.5, To = 1.5, Jitter = new ColourJitterOptions() }, seed)), Is.EqualTo(Seeds.Select(seed => Crop(new RandomScaleOptions { From = 0.5, To = 1.5 }, seed))));

    [Test]
    public void Colours_are_drawn_anew_for_each_seed_and_the_same_for_one()
    {
        List<float[]> Crops() => [.. Seeds.Select(seed => Crop(new RandomScaleOptions { Factors = [1], Jitter = Jitter }, seed))];
        var crops = Crops();

        Assert.That(Crops(), Is.EqualTo(crops));
        Assert.That(crops.Distinct(new SameNumbers()).Count(), Is.EqualTo(crops.Count));
    }

    [Test]
    public void Colours_move_neither_the_window_nor_the_labels()
    {
        var map = new LabelMap(Image.Width, Image.Height, [.. Enumerable.Range(0, 600).Select(pixel => (byte)(pixel % 21))]);
        var (plain, jittered) = (new RandomScaleOptions { From = 0.5, To = 1.5 }, new RandomScaleOptions { From = 0.5, To = 1.5, Jitter = Jitter });

        Assert.That(Seeds.Select(seed => Labels(jittered, map, seed)), Is.EqualTo(Seeds.Select(seed => Labels(plain, map, seed))));
    }

    [Test]
    public void A_factor_is_within_its_range()
    {
        var white = new RgbImage(Side, Side, [.. Enumerable.Repeat((byte)200, Side * Side * 3)]);
        var brightness = Enumerable.Range(0, 300).Select(seed => Crop(new RandomScaleOptions { Factors = [1], Jitter = new ColourJitterOptions { Brightness = 0.2 } }, seed, white)[0]).ToList();

        Assert.That(brightness, Is.All.InRange(160f, 240f));
        Assert.That(brightness, Has.Some.LessThan(165f).And.Some.GreaterThan(235f));
    }

    [Test]
    public void Colours_of_fractions_are_refused() =>
        Assert.That((DeepLab with { Jitter = Jitter }).FindConflicts(null!, "augmentation").Single(), Is.EqualTo(new SpecConflict("augmentation.jitter", "colours are drawn for bytes, and bilinear gives fractions: leave jitter or resize out")));

    /// <summary>The red plane, in bytes.</summary>
    private static float[] Crop(RandomScaleOptions options, int seed, RgbImage? image = null)
    {
        var crop = new float[3 * Side * Side];
        options.Create(ModuleContext.None).Apply(image ?? Image, seed, Side, new PixelNormalisation(0, 0, 0, 1 / 255f, 1 / 255f, 1 / 255f), crop);
        return crop[..(Side * Side)];
    }

    private static byte[] Labels(RandomScaleOptions options, LabelMap map, int seed) => options.Create(ModuleContext.None).Apply(map, seed, Side).Labels;

    private static float[] Place(int top, int left, Func<int, int, float> red) => [.. Enumerable.Range(0, Side * Side).Select(place => red(top + place / Side, left + place % Side))];

    private sealed class SameNumbers : IEqualityComparer<float[]>
    {
        public bool Equals(float[]? one, float[]? other) => one!.SequenceEqual(other!);

        public int GetHashCode(float[] numbers) => numbers.Aggregate(0, HashCode.Combine);
    }
}
