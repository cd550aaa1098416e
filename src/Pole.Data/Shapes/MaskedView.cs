namespace Pole.Data.Shapes;

/// <summary>
/// A scene of which a part is hidden under ImageNet's mean colour, as a judge sees it behind an activation map: one object alone or with its surroundings, the scenery with holes, everything but one object, or
/// nothing. Half of the masks are exact, the others as coarse and soft as maps of 8 × 8 cells.
/// </summary>
internal sealed class MaskedView
{
    private const int Cells = 8;

    private const double Alone = 0.3, Surrounded = 0.5, Holes = 0.8, OneHole = 0.9, Soft = 0.5, LeastMargin = 0.03, MostMargin = 0.2;

    private readonly int[] front;
    private readonly int side;

    /// <param name="scene">With at least one object.</param>
    public MaskedView(Scene scene, int side, RenderRandom random)
    {
        this.side = side;
        front = SceneRenderer.RenderFront(scene, side);
        var (kind, one) = (random.NextUnit(), random.Below(scene.Objects.Count));
        var others = Enumerable.Range(0, scene.Objects.Count).Where(other => other != one).ToList();
        (Objects, ShowsScenery) = kind switch { < Alone => ([one], false), < Surrounded => ([one], true), < Holes => ([], true), < OneHole => (others, true), _ => ((IReadOnlyList<int>)[], false) };
        Scenery = kind is >= Alone and < Surrounded ? Around(one, random.Between(LeastMargin, MostMargin)) : _ => ShowsScenery;
        Visible = random.Chance(Soft) ? SoftMask() : ExactMask();
    }

    /// <summary>Indices of the objects that are left.</summary>
    public IReadOnlyList<int> Objects { get; }

    public bool ShowsScenery { get; }

    /// <summary>Where scenery is seen.</summary>
    private Func<int, bool> Scenery { get; }

    /// <summary>Share of each pixel that is seen, 0…1.</summary>
    private double[] Visible { get; }

    /// <summary>The image with what is hidden in the mean colour.</summary>
    public RgbImage Apply(RgbImage image)
    {
        var pixels = image.Pixels.ToArray();
        for (var value = 0; value < pixels.Length; value++)
        {
            var hidden = 255.0 * PixelNormalisation.ImageNet.Of(value % 3).Mean;
            pixels[value] = (byte)(hidden + (pixels[value] - hidden) * Visible[value / 3] + 0.5);
        }

        return image with { Pixels = pixels };
    }

    private bool IsSeen(int pixel) => front[pixel] < 0 ? Scenery(pixel) : Objects.Contains(front[pixel]);

    /// <summary>The bounding box of an object, wider by a margin.</summary>
    /// <param name="margin">Of the side.</param>
    private Func<int, bool> Around(int seen, double margin)
    {
        var pixels = Enumerable.Range(0, front.Length).Where(pixel => front[pixel] == seen).ToList();
        if (pixels.Count == 0) return _ => false;
        var (top, bottom) = (pixels.Min(pixel => pixel / side) - margin * side, pixels.Max(pixel => pixel / side) + margin * side);
        var (left, right) = (pixels.Min(pixel => pixel % side) - margin * side, pixels.Max(pixel => pixel % side) + margin * side);
        return pixel => pixel / side >= top && pixel / side <= bottom && pixel % side >= left && pixel % side <= right;
    }

    private double[] ExactMask() => [.. Enumerable.Range(0, front.Length).Select(pixel => IsSeen(pixel) ? 1.0 : 0)];

    /// <summary>A map whose cells are seen in full from half of their pixels on, enlarged bilinearly with aligned corners, as maps are for the CLIMS losses.</summary>
    private double[] SoftMask()
    {
        var (seen, counted) = (new int[Cells * Cells], new int[Cells * Cells]);
        for (var pixel = 0; pixel < front.Length; pixel++)
        {
            var cell = pixel / side * Cells / side * Cells + pixel % side * Cells / side;
            counted[cell]++;
            if (IsSeen(pixel)) seen[cell]++;
        }

        var cells = seen.Zip(counted, (part, whole) => Math.Min(1, 2.0 * part / whole)).ToArray();
        return [.. Enumerable.Range(0, front.Length).Select(pixel => Bilinear(cells, pixel / side * (Cells - 1.0) / (side - 1), pixel % side * (Cells - 1.0) / (side - 1)))];
    }

    private static double Bilinear(double[] cells, double y, double x)
    {
        var (top, left) = (Math.Min((int)y, Cells - 2), Math.Min((int)x, Cells - 2));
        var (down, right) = (y - top, x - left);
        return (cells[top * Cells + left] * (1 - right) + cells[top * Cells + left + 1] * right) * (1 - down) + (cells[(top + 1) * Cells + left] * (1 - right) + cells[(top + 1) * Cells + left + 1] * right) * down;
    }
}
