using System.Reflection;

namespace Pole.Runner;

/// <summary>The version of Pole.Framework, whatever project an executable is built from.</summary>
internal static class FrameworkVersion
{
    public static string Text { get; } = typeof(FrameworkVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
