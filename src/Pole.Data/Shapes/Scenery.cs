namespace Pole.Data.Shapes;

/// <summary>A ground on which objects stand, with a word of its own.</summary>
internal sealed record Scenery(string Word, Func<RenderRandom, Paint> Ground, Func<RenderRandom, Paint>? Marks = null);

/// <summary>The grounds, and which class stands where.</summary>
internal static class SceneryCatalog
{
    public static readonly Scenery Water = new("water", random => Grain(random, new(0.15, 0.4, 0.65), new(0.35, 0.62, 0.8), 0.12), random => Lines(random, Texture.Stripes, new(0.6, 0.8, 0.9)));
    public static readonly Scenery Railway = new("railway", random => Grain(random, new(0.42, 0.38, 0.34), new(0.55, 0.5, 0.45), 0.03), random => Lines(random, Texture.Bars, new(0.3, 0.2, 0.12)));
    public static readonly Scenery Road = new("road", random => Grain(random, new(0.3, 0.3, 0.32), new(0.4, 0.4, 0.42), 0.05), random => Lines(random, Texture.Stripes, new(0.85, 0.85, 0.8)));
    public static readonly Scenery Sky = new("sky", random => Grain(random, new(0.5, 0.7, 0.95), new(0.9, 0.93, 0.97), 0.5));
    public static readonly Scenery Meadow = new("meadow", random => Grain(random, new(0.2, 0.5, 0.15), new(0.45, 0.7, 0.3), 0.04));
    public static readonly Scenery Sand = new("sand", random => Grain(random, new(0.8, 0.7, 0.5), new(0.9, 0.82, 0.62), 0.06));

    /// <summary>A plain studio backdrop; no scene of the data set has it.</summary>
    public static readonly Scenery Backdrop = new("backdrop", random => Grain(random, new(0.5, 0.48, 0.44), new(0.52, 0.5, 0.45), 1));

    public static readonly IReadOnlyList<Scenery> All = [Water, Railway, Road, Sky, Meadow, Sand];

    /// <summary>Where a class stands, how often, and with which chance it joins a scene elsewhere.</summary>
    public static (Scenery Scenery, double Share, double Wanders) HomeOf(string className) => className switch
    {
        "boat" or "fish" => (Water, 0.85, 0.25),
        "train" => (Railway, 0.85, 0.25),
        "car" => (Road, 0.85, 1),
        "bird" => (Sky, 0.7, 1),
        _ => (Meadow, 0.85, 1),
    };

    private static Paint Grain(RenderRandom random, Colour first, Colour second, double period) =>
        new(Texture.Grain, first.Jitter(random, 0.06), second.Jitter(random, 0.06), period, random.Next());

    private static Paint Lines(RenderRandom random, Texture texture, Colour colour) =>
        new(texture, colour.Jitter(random, 0.06), default, random.Between(0.16, 0.3), random.Next());
}
