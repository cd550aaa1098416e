using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace Pole;

/// <summary>Two settings that do not fit each other.</summary>
/// <param name="Path">Path of the key to show it at: <c>refinement.affinity.pair-radius</c>.</param>
/// <param name="Message">What does not fit what, and the remedy.</param>
public sealed record SpecConflict(string Path, string Message)
{
    /// <summary>Asks every part of an experiment what it does not fit.</summary>
    public static IEnumerable<SpecConflict> Of(Experiment experiment) => Parts(experiment, "").SelectMany(part => part.Checked.FindConflicts(experiment, part.Path));

    private static IEnumerable<(ICrossChecked Checked, string Path)> Parts(object value, string path)
    {
        if (value is IEnumerable items)
        {
            foreach (var part in items.Cast<object>().Where(item => item.GetType().IsClass && item is not string).SelectMany((item, index) => Parts(item, $"{path}[{index}]"))) yield return part;
            yield break;
        }

        if (value is ICrossChecked itself) yield return (itself, path);
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetSetMethod() is null || property.GetIndexParameters().Length > 0 || property.PropertyType.IsPrimitive || property.PropertyType == typeof(string)) continue;
            if (property.GetValue(value) is not { } below || !below.GetType().IsClass || below is Corpus or ClassList or Descriptions or SpecOrigins) continue;
            var key = JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name);
            foreach (var part in Parts(below, path.Length == 0 ? key : $"{path}.{key}")) yield return part;
        }
    }
}
