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

    /// <summary>Name of the module that options are of; null for a record without one.</summary>
    public static string? NameOf(object options) => options.GetType().GetCustomAttribute<PoleModuleAttribute>()?.Name;
}
