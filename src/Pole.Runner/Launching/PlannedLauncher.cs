using System.Text.Json;
using System.Text.Json.Serialization;
using Pole.Runner.Specs;

namespace Pole.Runner.Launching;

/// <summary>A launcher as a plan keeps it, so that another process can ask it how far tasks are.</summary>
/// <param name="Name">Of the module.</param>
/// <param name="Options">Its options record.</param>
internal sealed record PlannedLauncher(string Name, JsonElement Options)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, IgnoreReadOnlyProperties = true, RespectNullableAnnotations = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static PlannedLauncher Of(ChosenLauncher launcher) => new(launcher.Name, JsonSerializer.SerializeToElement(launcher.Options, launcher.Options.GetType(), Format));

    /// <exception cref="InvalidDataException">This build does not have the module.</exception>
    /// <exception cref="JsonException">The options are not those of the module.</exception>
    public IModuleOptions<Launcher> Read()
    {
        var module = ModuleCatalog.Of(typeof(Launcher)).FirstOrDefault(module => module.Name == Name) ?? throw new InvalidDataException($"its tasks were started by the launcher '{Name}', which this build does not have: ask the build that launched it, or add the module to this one");
        return (IModuleOptions<Launcher>?)Options.Deserialize(module.Options, Format) ?? throw new JsonException("a launcher has no options");
    }
}
