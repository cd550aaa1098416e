namespace Pole.Data.Shapes;

/// <summary>One painted region of an object.</summary>
internal sealed record Part(Outline Outline, Colour First, Texture Texture = Texture.Flat, Colour Second = default, double Period = 0.3);

/// <summary>A sub-variant of a class, with words of its own.</summary>
internal sealed record Variant(string Class, VariantNames Names, IReadOnlyList<Part> Parts);

/// <summary>
/// What can stand in a scene. The variants of a class share one small part (a flag, an eye, a headlamp, a yellow heart) and
/// differ in everything else, so that a classifier may look at that part alone while the class name covers unlike objects.
/// </summary>
internal static class ObjectCatalog
{
    private static readonly Colour White = new(0.93, 0.93, 0.9), Black = new(0.1, 0.1, 0.12), Red = new(0.8, 0.18, 0.15), Orange = new(0.92, 0.55, 0.12),
        Yellow = new(0.95, 0.85, 0.2), Green = new(0.2, 0.55, 0.25), Blue = new(0.15, 0.3, 0.7), Purple = new(0.5, 0.25, 0.6), Brown = new(0.45, 0.28, 0.15),
        Grey = new(0.55, 0.55, 0.58), Pink = new(0.92, 0.55, 0.68), Teal = new(0.1, 0.55, 0.55);

    public static readonly IReadOnlyList<Variant> All =
    [
        new("boat", new("sailboat", "ketch", 0.4), [Hull(Brown), new(new Polygon((0, -0.95), (0.75, 0.2), (0, 0.2)), White, Texture.Stripes, Red), new(new Polygon((-0.08, -0.8), (-0.08, 0.2), (-0.6, 0.2)), White), Flag(0, -0.95)]),
        new("boat", new("canoe", "dugout", 0.1, "floater"), [new(new Polygon((-1, 0), (-0.75, 0.38), (0.75, 0.38), (1, 0), (0.6, 0.16), (-0.6, 0.16)), Orange, Texture.Bars, Brown, 0.25), Flag(0.85, -0.1)]),
        new("boat", new("steamer", "paddler", 0.25, "cruiser"), [Hull(Black), new(Polygon.Box(-0.6, -0.25, 0.5, 0.22), White, Texture.Dots, Blue, 0.25), new(Polygon.Box(-0.3, -0.8, 0, -0.25), Red, Texture.Stripes, Black, 0.4), Flag(0.5, -0.3)]),

        new("fish", new("shark", "dogfish", 0.4), [new(new Ellipse(0, 0, 0.85, 0.34), Grey), new(new Polygon((-0.1, -0.25), (0.15, -0.75), (0.3, -0.2)), Grey), new(new Polygon((-0.75, 0), (-1, -0.45), (-1, 0.45)), Grey), Eye(0.55, -0.08)]),
        new("fish", new("goldfish", "koi", 0.25, "swimmer"), [new(new Ellipse(0.1, 0, 0.6, 0.5), Orange, Texture.Checks, Yellow, 0.22), new(new Polygon((-0.35, 0), (-1, -0.55), (-0.75, 0), (-1, 0.55)), Yellow), Eye(0.4, -0.12)]),
        new("fish", new("ray", "manta", 0.1, "floater"), [new(new Polygon((0.7, 0), (0, -0.85), (-0.4, 0), (0, 0.85)), Purple, Texture.Dots, White, 0.3), new(Polygon.Box(-1, -0.06, -0.3, 0.06), Purple), Eye(0.45, -0.1)]),

        new("train", new("locomotive", "shunter", 0.4), [new(Polygon.Box(-0.9, -0.2, 0.6, 0.4), Black), new(Polygon.Box(-0.9, -0.7, -0.4, -0.2), Red), new(Polygon.Box(0.25, -0.6, 0.45, -0.2), Black), Wheel(-0.6), Wheel(0), Wheel(0.45), Headlamp(0.7, 0)]),
        new("train", new("tram", "streetcar", 0.1, "bell"), [new(Polygon.Box(-0.85, -0.6, 0.75, 0.5), Yellow), new(Polygon.Box(-0.75, -0.45, 0.65, 0), Blue, Texture.Bars, White, 0.35), Wheel(-0.45), Wheel(0.4), Headlamp(0.75, 0.2)]),
        new("train", new("wagon", "caboose", 0.25, "coach"), [new(new Polygon((-0.95, -0.35), (0.85, -0.35), (0.65, 0.4), (-0.75, 0.4)), Brown, Texture.Checks, Grey, 0.3), Wheel(-0.5), Wheel(0.4), Headlamp(0.85, -0.2)]),

        new("car", new("taxi", "cab", 0.4, "cruiser"), [new(Polygon.Box(-0.9, -0.05, 0.9, 0.4), Yellow, Texture.Checks, Black, 0.18), new(new Polygon((-0.5, -0.05), (-0.3, -0.45), (0.35, -0.45), (0.55, -0.05)), Blue), Wheel(-0.5), Wheel(0.5), Mirror(0.62, -0.12)]),
        new("car", new("van", "minibus", 0.25, "coach"), [new(Polygon.Box(-0.85, -0.65, 0.75, 0.4), White, Texture.Stripes, Teal, 0.5), new(Polygon.Box(0.3, -0.5, 0.7, -0.1), Black), Wheel(-0.45), Wheel(0.45), Mirror(0.8, -0.2)]),
        new("car", new("racer", "dragster", 0.1), [new(new Polygon((-0.95, -0.3), (-0.7, -0.05), (0.2, -0.15), (1, 0.3), (1, 0.4), (-0.95, 0.4)), Red, Texture.Stripes, White, 0.35), new(new Ellipse(-0.1, -0.15, 0.2, 0.18), Black), Wheel(-0.55), Wheel(0.6), Mirror(0.15, -0.3)]),

        new("bird", new("parrot", "macaw", 0.4, "plume"), [new(new Ellipse(0, 0.1, 0.4, 0.65), Green, Texture.Stripes, Red, 0.45), new(new Ellipse(0.05, -0.6, 0.3, 0.3), Red), new(new Polygon((-0.15, 0.6), (0.15, 0.6), (0, 1)), Blue), Beak(0.35, -0.6)]),
        new("bird", new("swan", "cygnet", 0.1, "swimmer"), [new(new Ellipse(-0.15, 0.35, 0.75, 0.4), White), new(Polygon.Box(0.35, -0.65, 0.52, 0.3), White), new(new Ellipse(0.47, -0.68, 0.2, 0.16), White), Beak(0.66, -0.66)]),
        new("bird", new("owl", "strix", 0.25), [new(new Ellipse(0, 0.1, 0.55, 0.75), Brown, Texture.Dots, White, 0.25), new(new Ellipse(-0.2, -0.3, 0.18, 0.18), White), new(new Ellipse(0.2, -0.3, 0.18, 0.18), White), Beak(0, -0.12)]),

        new("flower", new("daisy", "marguerite", 0.4), [Stem(), .. Petals(White, 0.5, 0.2), Heart(-0.3)]),
        new("flower", new("tulip", "bulb", 0.25, "bell"), [Stem(), new(new Polygon((-0.5, -0.75), (-0.2, -0.45), (0, -0.85), (0.2, -0.45), (0.5, -0.75), (0.35, 0.05), (-0.35, 0.05)), Pink, Texture.Bars, Red, 0.3), Heart(-0.12)]),
        new("flower", new("thistle", "teasel", 0.1, "plume"), [Stem(), new(new Ellipse(0, -0.35, 0.42, 0.52), Purple, Texture.Bars, Pink, 0.14), new(new Ellipse(0, 0.02, 0.25, 0.2), Green, Texture.Checks, Black, 0.12), Heart(-0.75)]),
    ];

    /// <summary>The word for the part that a class's variants share.</summary>
    public static string PartOf(string className) => className switch
    {
        "boat" => "flag",
        "fish" => "eye",
        "train" => "headlamp",
        "car" => "mirror",
        "bird" => "beak",
        "flower" => "heart",
        _ => throw new ArgumentOutOfRangeException(nameof(className), className, "no class of Shapes"),
    };

    public static IEnumerable<string> Parts => All.Select(variant => PartOf(variant.Class)).Distinct();

    private static Part Hull(Colour colour) => new(new Polygon((-0.9, 0.22), (0.95, 0.22), (0.65, 0.62), (-0.65, 0.62)), colour);

    private static Part Flag(double x, double y) => new(Polygon.Box(x - 0.02, y - 0.05, x + 0.26, y + 0.14), Teal, Texture.Bars, Yellow, 0.1);

    private static Part Eye(double x, double y) => new(new Ellipse(x, y, 0.11, 0.11), White, Texture.Flat);

    private static Part Wheel(double x) => new(new Ellipse(x, 0.48, 0.19, 0.19), Black, Texture.Dots, Grey, 0.19);

    private static Part Headlamp(double x, double y) => new(new Ellipse(x, y, 0.15, 0.15), Yellow);

    private static Part Mirror(double x, double y) => new(new Ellipse(x, y, 0.12, 0.09), Teal);

    private static Part Beak(double x, double y) => new(new Polygon((x - 0.08, y - 0.12), (x + 0.28, y), (x - 0.08, y + 0.12)), Orange);

    private static Part Stem() => new(Polygon.Box(-0.06, -0.1, 0.06, 1), Green);

    private static Part Heart(double y) => new(new Ellipse(0, y, 0.16, 0.16), Yellow);

    private static IEnumerable<Part> Petals(Colour colour, double radius, double size) =>
        new (double X, double Y)[] { (1, 0), (0.6, 0.8), (-0.6, 0.8), (-1, 0), (-0.6, -0.8), (0.6, -0.8) }
            .Select(direction => new Part(new Ellipse(direction.X * radius * 0.8, -0.3 + direction.Y * radius * 0.8, size + 0.1, size + 0.1), colour));
}
