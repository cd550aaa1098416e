using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pole.Runner.Specs;
using Pole.Specs;

namespace Pole.Runner.Building;

/// <summary>
/// JSON Schema, draft-07, of specs, which the YAML language server reads: completion, descriptions and checks while writing. It says of a file what
/// can be said without the files that it extends, so no key is required in it; the spec compiler says the rest.
/// </summary>
internal sealed class SpecSchema
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    private readonly Documentation documentation = new(ModuleCatalog.All.Select(module => module.Options.Assembly).Append(typeof(Experiment).Assembly));
    private readonly SortedDictionary<string, JsonNode?> definitions = new(StringComparer.Ordinal);
    private readonly SpecNames names;

    private SpecSchema(SpecNames names) => this.names = names;

    public static string Write(SpecNames names)
    {
        var schema = new SpecSchema(names);
        var root = schema.RecordOf(typeof(Experiment), instance: null);
        var properties = (JsonObject)root["properties"]!;
        properties.Insert(0, "extends", new JsonObject
        {
            ["description"] = "A spec, or a list of specs, whose values this one starts from; paths relative to this file.",
            ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } }),
        });
        properties["sweep"] = Sweep();
        var file = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = "A Pole.Framework experiment" };
        foreach (var (key, value) in root) file[key] = value?.DeepClone();
        file["definitions"] = new JsonObject(schema.definitions.Select(definition => KeyValuePair.Create(definition.Key, definition.Value)));
        return file.ToJsonString(Format) + "\n";
    }

    private static JsonObject Sweep() => new()
    {
        ["description"] = "One experiment for every combination of values: { prompt.synonyms: [2, 3, 4] }.",
        ["type"] = new JsonArray("object", "null"),
        ["properties"] = new JsonObject
        {
            ["zip"] = new JsonObject { ["description"] = "Lists that go side by side.", ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "array" } },
            ["exclude"] = new JsonObject { ["description"] = "Combinations to leave out.", ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object" } },
            ["include"] = new JsonObject { ["description"] = "Further points.", ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object" } },
            ["limit"] = new JsonObject { ["description"] = "The most points that the sweep may have.", ["type"] = "integer", ["minimum"] = 1 },
        },
        ["additionalProperties"] = new JsonObject { ["type"] = "array", ["minItems"] = 1 },
    };

    /// <param name="instance">One with every default; null where it cannot be made without its required keys.</param>
    private JsonObject RecordOf(Type type, object? instance)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (documentation.Of(type) is { } summary) schema["description"] = summary;
        schema["properties"] = Properties(type, instance);
        schema["additionalProperties"] = false;
        return schema;
    }

    private JsonObject Properties(Type type, object? instance)
    {
        var properties = new JsonObject();
        foreach (var key in SpecKeys.Of(type))
        {
            var value = ValueOf(key.Type, key.Property);
            if (documentation.Of(key.Property) is { } summary) value["description"] = summary;
            if (instance is not null && key.Property.GetValue(instance) is { } standard && Simple(standard) is { } literal) value["default"] = literal;
            properties[key.Name] = value;
            foreach (var former in key.Property.GetCustomAttributes<FormerKeyAttribute>()) properties[former.Key] = new JsonObject { ["description"] = $"Called '{key.Name}' now.", ["deprecated"] = true };
        }

        return properties;
    }

    private JsonObject ValueOf(Type type, PropertyInfo property)
    {
        if (ModuleCatalog.KindOf(type) is { } kind) return Reference(ModuleDefinition(kind));
        if (SpecKeys.ItemOf(type) is { } item)
        {
            var list = new JsonObject { ["type"] = "array", ["items"] = property.IsDefined(typeof(ExperimentReferencesAttribute)) ? Names(names.Experiments) : ValueOf(item, property) };
            if (property.GetCustomAttribute<LengthAttribute>() is { } length) (list["minItems"], list["maxItems"]) = (length.MinimumLength, length.MaximumLength);
            if (ModuleCatalog.KindOf(item) is not { } listed) return Optional(list);
            var modules = Optional(list);
            ((JsonArray)modules["anyOf"]!).Add(Reference(ChangesDefinition(listed)));
            return modules;
        }

        if (SpecKeys.EntryOf(type) is { } entry) return Optional(new JsonObject { ["type"] = "object", ["additionalProperties"] = ValueOf(entry, property) });
        if (type == typeof(Corpus)) return Optional(Names(names.Corpora));
        if (type == typeof(ClassList)) return Optional(Names(names.ClassLists));
        if (type == typeof(Descriptions)) return Optional(Names(names.Descriptions));
        if (type.IsEnum) return Optional(Names(Enum.GetNames(type).Select(Identifiers.ToKebabCase)));
        if (type == typeof(bool)) return Optional(new JsonObject { ["type"] = "boolean" });
        if (type == typeof(string)) return Text(property);
        if (type.IsPrimitive) return Number(type, property);
        return Optional(Reference(RecordDefinition(type)));
    }

    private static JsonObject Text(PropertyInfo property)
    {
        var text = new JsonObject { ["type"] = new JsonArray("string", "null") };
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern) text["pattern"] = $"^({pattern.Pattern}|\\$\\{{.+\\}})$";
        return text;
    }

    private static JsonObject Number(Type type, PropertyInfo property)
    {
        var number = new JsonObject { ["type"] = type == typeof(int) || type == typeof(long) ? "integer" : "number" };
        if (property.GetCustomAttribute<RangeAttribute>() is { } range) (number["minimum"], number["maximum"]) = (JsonSerializer.SerializeToNode(range.Minimum), JsonSerializer.SerializeToNode(range.Maximum));
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed) number["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonSerializer.SerializeToNode(value))]);
        return Optional(number);
    }

    /// <summary>A map from names of modules to options: what changes the list of a base.</summary>
    private string ChangesDefinition(Type kind)
    {
        var name = $"{NameOf(kind)}Changes";
        if (!definitions.TryAdd(name, null)) return name;
        var properties = new JsonObject();
        foreach (var module in ModuleCatalog.Of(kind)) properties[module.Name] = new JsonObject { ["type"] = new JsonArray("object", "null"), ["properties"] = Properties(module.Options, Activator.CreateInstance(module.Options)), ["additionalProperties"] = false };
        definitions[name] = new JsonObject { ["description"] = "Options of modules of the base's list, by name; null takes one out.", ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        return name;
    }

    private static string NameOf(Type kind) => kind.IsInterface ? kind.Name[1..] : kind.Name;

    private string ModuleDefinition(Type kind)
    {
        var name = NameOf(kind);
        if (!definitions.TryAdd(name, null)) return name;
        var modules = ModuleCatalog.Of(kind).ToList();
        var forms = new JsonArray();
        if (modules.Count > 0) forms.Add(new JsonObject { ["enum"] = new JsonArray([.. modules.Select(module => (JsonNode)module.Name)]) });
        foreach (var module in modules)
        {
            var properties = new JsonObject { ["name"] = Names([module.Name]) };
            foreach (var (key, value) in Properties(module.Options, Activator.CreateInstance(module.Options))) properties[key] = value?.DeepClone();
            var form = new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray("name"), ["additionalProperties"] = false };
            if (documentation.Of(module.Options) is { } summary) form["description"] = summary;
            forms.Add(form);
        }

        // Options without a name are laid over those of the module that a base names.
        var any = new JsonObject();
        foreach (var key in modules.SelectMany(module => SpecKeys.Of(module.Options)).Select(key => key.Name).Distinct().Order(StringComparer.Ordinal)) any[key] = new JsonObject();
        forms.Add(new JsonObject { ["type"] = "object", ["properties"] = any, ["additionalProperties"] = false });
        forms.Add(new JsonObject { ["type"] = "null" });
        forms.Add(SpecReference());
        definitions[name] = new JsonObject { ["anyOf"] = forms };
        return name;
    }

    private string RecordDefinition(Type type)
    {
        if (definitions.TryAdd(type.Name, null)) definitions[type.Name] = RecordOf(type, Activator.CreateInstance(type));
        return type.Name;
    }

    private static JsonObject Reference(string definition) => new() { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/definitions/{definition}" }) };

    private static JsonObject Names(IEnumerable<string> names) => new() { ["enum"] = new JsonArray([.. names.Order(StringComparer.Ordinal).Select(name => (JsonNode)name)]) };

    /// <summary>Or null, which takes the key back, or a reference.</summary>
    private static JsonObject Optional(JsonObject schema) => new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }, SpecReference()) };

    private static JsonObject SpecReference() => new() { ["type"] = "string", ["pattern"] = "^\\$\\{.+\\}$" };

    private static JsonNode? Simple(object value) => value switch
    {
        Enum member => Identifiers.ToKebabCase(member.ToString()),
        string or bool or int or long or double or float => JsonSerializer.SerializeToNode(value),
        IEnumerable<int> or IEnumerable<double> or IEnumerable<string> => JsonSerializer.SerializeToNode(value),
        _ => null,
    };
}
