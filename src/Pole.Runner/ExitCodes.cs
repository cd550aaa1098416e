namespace Pole.Runner;

/// <summary>Exit codes of every command.</summary>
public static class ExitCodes
{
    public const int Success = 0;

    /// <summary>An error that the person at the command line can act on, or the answer no of a command that checks or compares.</summary>
    public const int Failure = 1;

    public const int WrongCommandLine = 2;

    /// <summary>A fault of this program; EX_SOFTWARE of sysexits.h.</summary>
    public const int InternalFault = 70;

    /// <summary>128 + SIGINT, as shells report it.</summary>
    public const int Stopped = 130;
}
