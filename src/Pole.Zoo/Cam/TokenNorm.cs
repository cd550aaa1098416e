namespace Pole.Zoo.Cam;

/// <summary>What the tokens of an image are divided by before they are compared with texts.</summary>
public enum TokenNorm
{
    /// <summary>Each channel by its norm over the tokens, the class token included: published so.</summary>
    Tokens,

    /// <summary>Each token by its norm over the channels, as embeddings are elsewhere.</summary>
    Channels,
}
