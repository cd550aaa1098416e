using System.Reflection;

namespace Pole;

/// <summary>
/// Names an options record in specs: <c>backbone: resnet50</c> or <c>backbone: { name: resnet50, stride: 8 }</c>.
/// The record implements <see cref="IModuleOptions{TModule}"/>; the type argument is the module's kind.
/// </summary>
/// <param name="name">The name in YAML, kebab-case, unique within its kind.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PoleModuleAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>Raised whenever the same options would give another module: fingerprints and keys of stored results depend on it. What is stored of the code before is then no longer found.</summary>
    public int Version { get; init; } = 1;

    /// <summary>That of options; null for a record without one.</summary>
    public static PoleModuleAttribute? Of(object options) => options.GetType().GetCustomAttribute<PoleModuleAttribute>();

    /// <summary>Name of the module that options are of; null for a record without one.</summary>
    public static string? NameOf(object options) => Of(options)?.Name;
}
