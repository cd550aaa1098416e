namespace Pole;

/// <summary>An error that the person at the command line can act on: one line that names file, place and remedy.</summary>
public class ExperimentException(string message, Exception? inner = null) : Exception(message, inner);
