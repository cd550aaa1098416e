namespace Pole.Data.Shapes;

/// <summary>A filled region of an object's plane, x to the right, y down, the object within −1…1.</summary>
internal abstract record Outline
{
    public abstract bool Contains(double x, double y);
}

internal sealed record Ellipse(double X, double Y, double RadiusX, double RadiusY) : Outline
{
    public override bool Contains(double x, double y)
    {
        var (u, v) = ((x - X) / RadiusX, (y - Y) / RadiusY);
        return u * u + v * v <= 1;
    }
}

internal sealed record Polygon(params (double X, double Y)[] Corners) : Outline
{
    /// <summary>Even–odd rule.</summary>
    public override bool Contains(double x, double y)
    {
        var inside = false;
        for (int current = 0, previous = Corners.Length - 1; current < Corners.Length; previous = current++)
        {
            var (a, b) = (Corners[current], Corners[previous]);
            if (a.Y > y != b.Y > y && x < (b.X - a.X) * (y - a.Y) / (b.Y - a.Y) + a.X) inside = !inside;
        }

        return inside;
    }

    public static Polygon Box(double left, double top, double right, double bottom) => new((left, top), (right, top), (right, bottom), (left, bottom));
}
