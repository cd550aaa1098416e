namespace Pole;

/// <summary>Options of a data set that is an <see cref="ICaptionSource"/>: a small CLIP can be pretrained on it.</summary>
public interface ICaptionedOptions;
