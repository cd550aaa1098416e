using System.Reflection;

namespace Pole.Data;

/// <summary>The classes that a data set's options declare for the spec compiler, so that they are written once.</summary>
public static class DatasetClasses
{
    public static IReadOnlyList<string> Of(IModuleOptions<IDataset> options) => options.GetType().GetCustomAttribute<DatasetClassesAttribute>()!.Classes;
}
