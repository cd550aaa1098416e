namespace Pole.Runner;

/// <summary>Exit codes of every command.</summary>
public static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int WrongCommandLine = 2;

    /// <summary>128 + SIGINT, as shells report it.</summary>
    public const int Stopped = 130;
}
