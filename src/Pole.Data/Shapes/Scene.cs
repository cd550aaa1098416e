namespace Pole.Data.Shapes;

/// <summary>An object in a scene; positions and sizes in units of the image side.</summary>
internal sealed record PlacedObject(Variant Variant, IReadOnlyList<Paint> Paints, double X, double Y, double Size, double Cosine, double Sine, bool Mirrored)
{
    /// <summary>The object's own coordinates of a point of the image.</summary>
    public (double X, double Y) ToObject(double x, double y)
    {
        var (u, v) = ((x - X) / Size, (y - Y) / Size);
        var along = Cosine * u + Sine * v;
        return (Mirrored ? -along : along, Cosine * v - Sine * u);
    }
}

/// <summary>What one image shows: a ground and objects, those later in the list in front.</summary>
internal sealed record Scene(Scenery Scenery, Paint Ground, Paint? Marks, double Light, IReadOnlyList<PlacedObject> Objects);

/// <summary>Draws scenes at random.</summary>
internal static class SceneComposer
{
    private const int Attempts = 30;

    /// <summary>One to three objects, most of them at home on the ground, overlapping but none hidden.</summary>
    public static Scene Compose(RenderRandom random)
    {
        var count = random.NextUnit() switch { < 0.4 => 1, < 0.8 => 2, _ => 3 };
        var first = random.Pick(ObjectCatalog.All);
        var scenery = SceneryFor(random, first);
        var objects = new List<PlacedObject>();
        for (var attempt = 0; objects.Count < count && attempt < Attempts; attempt++)
        {
            var variant = objects.Count == 0 ? first : random.Pick(ObjectCatalog.All);
            var (home, _, wanders) = SceneryCatalog.HomeOf(variant.Class);
            if (objects.Count > 0 && home != scenery && !random.Chance(wanders)) continue;
            var placed = Place(random, variant, random.Between(0.19, 0.34));
            if (objects.All(other => Apart(placed, other))) objects.Add(placed);
        }

        return Finish(random, scenery, objects);
    }

    /// <summary>One large object, for captions; where <paramref name="variant"/> is null, the ground alone. A share of the objects is cut out before a plain backdrop, and a share stands anywhere.</summary>
    public static Scene Portrait(RenderRandom random, Variant? variant)
    {
        if (variant is null) return Finish(random, random.Pick(SceneryCatalog.All), []);
        var scenery = random.NextUnit() switch { < 0.3 => SceneryCatalog.Backdrop, < 0.65 => random.Pick(SceneryCatalog.All), _ => SceneryFor(random, variant) };
        return Finish(random, scenery, [Place(random, variant, random.Between(0.18, 0.45))]);
    }

    private static Scene Finish(RenderRandom random, Scenery scenery, IReadOnlyList<PlacedObject> objects) =>
        new(scenery, scenery.Ground(random), scenery.Marks?.Invoke(random), random.Between(0.75, 1.1), objects);

    private static Scenery SceneryFor(RenderRandom random, Variant variant)
    {
        var (home, share, _) = SceneryCatalog.HomeOf(variant.Class);
        return random.Chance(share) ? home : random.Pick(SceneryCatalog.All);
    }

    private static PlacedObject Place(RenderRandom random, Variant variant, double size)
    {
        // The half-angle form of a rotation needs no trigonometry, so its last bit does not depend on the machine.
        var t = random.Between(-0.14, 0.14);
        var margin = Math.Min(size * 0.8, 0.4);
        var paints = variant.Parts.Select(part => new Paint(part.Texture, part.First.Jitter(random, 0.07), part.Second.Jitter(random, 0.07), part.Period, 0)).ToList();
        return new PlacedObject(variant, paints, random.Between(margin, 1 - margin), random.Between(margin, 1 - margin), size,
            (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t), random.Chance(0.5));
    }

    private static bool Apart(PlacedObject a, PlacedObject b)
    {
        var (dx, dy, reach) = (a.X - b.X, a.Y - b.Y, 0.8 * (a.Size + b.Size));
        return dx * dx + dy * dy > reach * reach;
    }
}
