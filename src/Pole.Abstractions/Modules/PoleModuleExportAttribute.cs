namespace Pole;

/// <summary>
/// Lists one module of an assembly, so that the spec compiler reads a handful of attributes and never scans types.
/// Written by the generator for each <see cref="PoleModuleAttribute"/>; not meant to be written by hand.
/// </summary>
/// <param name="optionsType">The options record.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class PoleModuleExportAttribute(Type optionsType) : Attribute
{
    public Type OptionsType { get; } = optionsType;
}
