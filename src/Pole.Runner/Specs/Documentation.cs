using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Pole.Runner.Specs;

/// <summary>The summaries of documentation comments, from the XML files beside the assemblies.</summary>
internal sealed partial class Documentation
{
    private readonly Dictionary<string, string> summaries = new(StringComparer.Ordinal);

    public Documentation(IEnumerable<Assembly> assemblies)
    {
        foreach (var path in assemblies.Distinct().Select(assembly => Path.ChangeExtension(assembly.Location, ".xml")).Where(File.Exists))
        foreach (var member in XDocument.Load(path).Descendants("member"))
            if (member.Element("summary") is { } summary) summaries[member.Attribute("name")!.Value] = Plain(summary);
    }

    public string? Of(Type type) => summaries.GetValueOrDefault($"T:{Name(type)}");

    public string? Of(PropertyInfo property) => summaries.GetValueOrDefault($"P:{Name(property.DeclaringType!)}.{property.Name}");

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static string Plain(XElement summary) => Spaces().Replace(string.Concat(summary.Nodes().Select(node => node switch
    {
        XElement { HasAttributes: true } reference when reference.Attribute("cref") is { } target => target.Value[(target.Value.LastIndexOf('.') + 1)..],
        XElement element => element.Value,
        _ => node.ToString(),
    })), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
