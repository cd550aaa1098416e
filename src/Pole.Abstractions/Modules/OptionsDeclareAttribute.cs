namespace Pole;

/// <summary>On a kind of module: what the options of every such module declare, since a build needs it before the module is made. Without it the options do not compile (POLE0030).</summary>
/// <param name="declaration">An interface that the options record implements, or an attribute that it has.</param>
/// <param name="example">The missing line, as C#.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface)]
public sealed class OptionsDeclareAttribute(Type declaration, string example) : Attribute
{
    public Type Declaration { get; } = declaration;

    public string Example { get; } = example;

    /// <summary>Options with a key of this type need not declare anything: a spec then names a file that the build reads.</summary>
    public Type? OrKeyOf { get; init; }
}
