using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Tests;

/// <summary>Keys of stages that are not in the chain.</summary>
internal static class Keys
{
    public static StageKey Of(string stage, object? options = null) => new(stage, 1, new Dictionary<string, object?> { ["options"] = options }, new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, object>());
}
