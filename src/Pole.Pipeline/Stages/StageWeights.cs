using System.Collections;
using System.Reflection;

namespace Pole.Pipeline.Stages;

/// <summary>The files and folders of the weights folder that a stage reads, by itself and through the modules among its options.</summary>
internal sealed class StageWeights(StageGraph graph, StageNode node)
{
    private readonly IReadOnlyList<IReadsWeights> readers = [.. graph.Reads(node).Values.SelectMany(Readers)];

    /// <exception cref="ExperimentException">A file is missing; says what goes where.</exception>
    public IEnumerable<string> Files(ModuleContext modules) => Asked(modules, folders: false).SelectMany(ask => ask());

    /// <exception cref="ExperimentException">A folder is missing; says what goes where.</exception>
    public IEnumerable<string> Folders(ModuleContext modules) => Asked(modules, folders: true).SelectMany(ask => ask()).Distinct();

    /// <returns>What each reader misses.</returns>
    public IEnumerable<string> Missing(ModuleContext modules) => Asked(modules, folders: false).Concat(Asked(modules, folders: true)).Select(FaultOf).OfType<string>();

    internal static string? FaultOf<T>(Func<T> ask)
    {
        try
        {
            ask();
            return null;
        }
        catch (ExperimentException exception)
        {
            return exception.Message;
        }
    }

    private IEnumerable<Func<IReadOnlyList<string>>> Asked(ModuleContext modules, bool folders) => folders
        ? readers.Select(Func<IReadOnlyList<string>> (reader) => () => reader.WeightFolders(modules))
        : [() => node.Stage.WeightFiles(node.Spec, modules), .. readers.Select(Func<IReadOnlyList<string>> (reader) => () => reader.WeightFiles(modules))];

    /// <summary>Options at any depth that read weights.</summary>
    private static IEnumerable<IReadsWeights> Readers(object? value)
    {
        if (value is IReadsWeights reader) yield return reader;
        var below = value switch
        {
            null or string or Corpus or ClassList or Descriptions => [],
            IEnumerable items => items.Cast<object?>(),
            _ when value.GetType() is { IsClass: true } type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetSetMethod() is not null && property.GetIndexParameters().Length == 0).Select(property => property.GetValue(value)),
            _ => [],
        };
        foreach (var inner in below.SelectMany(Readers)) yield return inner;
    }
}
