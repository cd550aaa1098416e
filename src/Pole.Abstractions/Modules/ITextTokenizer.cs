namespace Pole;

/// <summary>Turns a prompt into the fixed-length token row that a <see cref="ClipModel"/> reads.</summary>
public interface ITextTokenizer
{
    /// <summary>Length of a row, in tokens.</summary>
    int ContextLength { get; }

    /// <returns>Start token, the text's tokens, end token, zeros: <see cref="ContextLength"/> ids.</returns>
    /// <exception cref="ExperimentException">The text does not fit, or has a word that the vocabulary cannot spell.</exception>
    long[] Encode(string text);
}
