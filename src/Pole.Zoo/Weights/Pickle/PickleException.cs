namespace Pole.Zoo.Weights.Pickle;

/// <summary>A pickle that is damaged, or asks for something that is not data.</summary>
public sealed class PickleException(string message, Exception? inner = null) : Exception(message, inner);
