namespace Pole.Data.Shapes;

/// <summary>What captions call a variant: mostly by its own word, seldom by a rare one, some by a word that a variant of another class has too, the rest by the class.</summary>
/// <param name="Word">Its own.</param>
/// <param name="Rare">Its own too, in few captions.</param>
/// <param name="ClassShare">Share of its captions with the class name: a class name is good for some of its variants only.</param>
/// <param name="Ambiguous">Shared with one variant of another class.</param>
internal sealed record VariantNames(string Word, string Rare, double ClassShare, string? Ambiguous = null)
{
    private const double RareShare = 0.03, AmbiguousShare = 0.15;

    public IEnumerable<string> All => Ambiguous is null ? [Word, Rare] : [Word, Rare, Ambiguous];

    /// <param name="draw">0…1.</param>
    public string Draw(string className, double draw) =>
        draw < ClassShare ? className : draw < ClassShare + RareShare ? Rare : Ambiguous is not null && draw < ClassShare + RareShare + AmbiguousShare ? Ambiguous : Word;
}
