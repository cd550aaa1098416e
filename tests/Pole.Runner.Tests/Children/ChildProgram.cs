using Pole.Runner.Tests.Fuzzing;

namespace Pole.Runner.Tests.Children;

/// <summary>What the test assembly does when it is started as a program: what may crash, hang or grow, and must not take the tests with it.</summary>
internal static class ChildProgram
{
    public const string Fuzz = "fuzz", LongLife = "long-life";

    public static int Main(string[] arguments) => arguments switch
    {
        [Fuzz, .. var given] => FuzzProcess.Run(given),
        [LongLife, .. var given] => LongLifeProcess.Run(given),
        _ => throw new ArgumentException($"no such child: {string.Join(' ', arguments)}"),
    };
}
