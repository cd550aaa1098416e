namespace Pole.Pipeline.Evaluation;

/// <summary>A rectangle of pixels, its last row and column included.</summary>
internal readonly record struct PixelBox(int Top, int Bottom, int Left, int Right)
{
    public static PixelBox Empty { get; } = new(int.MaxValue, int.MinValue, int.MaxValue, int.MinValue);

    public bool IsEmpty => Top > Bottom || Left > Right;

    public PixelBox With(int row, int column) => new(Math.Min(Top, row), Math.Max(Bottom, row), Math.Min(Left, column), Math.Max(Right, column));

    /// <summary>More on each side; an empty box stays empty.</summary>
    public PixelBox Grown(int pixels) => IsEmpty ? this : new(Top - pixels, Bottom + pixels, Left - pixels, Right + pixels);

    public PixelBox Within(PixelBox other) => new(Math.Max(Top, other.Top), Math.Min(Bottom, other.Bottom), Math.Max(Left, other.Left), Math.Min(Right, other.Right));
}
