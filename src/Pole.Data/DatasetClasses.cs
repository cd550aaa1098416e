using System.Reflection;

namespace Pole.Data;

/// <summary>The classes of a data set as the spec compiler knows them, so that they are written once: those that its options declare, or those of the file that they name.</summary>
public static class DatasetClasses
{
    public static IReadOnlyList<string> Of(IModuleOptions<IDataset> options) => options.GetType().GetCustomAttribute<DatasetClassesAttribute>()?.Classes ?? FileOf(options)!.Classes;

    /// <summary>The file of classes that a spec names; null where the type of the options declares them.</summary>
    public static ClassList? FileOf(IModuleOptions<IDataset> options) => options.GetType().GetProperties().Select(property => property.GetValue(options)).OfType<ClassList>().FirstOrDefault();
}
