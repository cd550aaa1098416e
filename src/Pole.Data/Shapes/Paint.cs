namespace Pole.Data.Shapes;

/// <summary>A colour, channels in 0…1.</summary>
internal readonly record struct Colour(double Red, double Green, double Blue)
{
    public static Colour Mix(Colour from, Colour to, double share) =>
        new(from.Red + (to.Red - from.Red) * share, from.Green + (to.Green - from.Green) * share, from.Blue + (to.Blue - from.Blue) * share);

    public Colour Scale(double factor) => new(Red * factor, Green * factor, Blue * factor);

    public Colour Jitter(RenderRandom random, double amount) =>
        new(Red + random.Between(-amount, amount), Green + random.Between(-amount, amount), Blue + random.Between(-amount, amount));
}

internal enum Texture
{
    Flat,
    Stripes,
    Bars,
    Checks,
    Dots,
    Grain,
}

/// <summary>Two colours and how they alternate over the plane.</summary>
/// <param name="Period">Length of one repeat, in the units of the plane it is asked for.</param>
internal sealed record Paint(Texture Texture, Colour First, Colour Second, double Period, ulong Seed)
{
    public Colour At(double x, double y) => Texture switch
    {
        Texture.Flat => First,
        Texture.Stripes => Phase(y) < 0.5 ? First : Second,
        Texture.Bars => Phase(x) < 0.5 ? First : Second,
        Texture.Checks => Phase(x) < 0.5 == Phase(y) < 0.5 ? First : Second,
        Texture.Dots => Square(Phase(x) - 0.5) + Square(Phase(y) - 0.5) < 0.08 ? Second : First,
        _ => Colour.Mix(First, Second, Noise(Seed, x / Period, y / Period)),
    };

    /// <summary>Smooth value noise in 0…1.</summary>
    public static double Noise(ulong seed, double x, double y)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (u, v) = (Smooth(x - left), Smooth(y - top));
        var upper = Blend(RenderRandom.Lattice(seed, left, top), RenderRandom.Lattice(seed, left + 1, top), u);
        var lower = Blend(RenderRandom.Lattice(seed, left, top + 1), RenderRandom.Lattice(seed, left + 1, top + 1), u);
        return Blend(upper, lower, v);
    }

    private double Phase(double value) => value / Period - Math.Floor(value / Period);

    private static double Smooth(double t) => t * t * (3 - 2 * t);

    private static double Blend(double from, double to, double share) => from + (to - from) * share;

    private static double Square(double value) => value * value;
}
