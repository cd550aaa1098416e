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
/// Sections, lists and modules are told apart by their type and by <c>if</c> on the module's name, never by <c>anyOf</c>: of its branches a validator only
/// says that none fits, at the section, where the fault is in one key.
/// </summary>
internal sealed class SpecSchema
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>A reference, <c>${cam.threshold}</c>, or what is left of an <c>!include</c> once the tag is gone: <c>../base/a.yaml#cam</c>.</summary>
    private const string ReferencePattern = @"^(\$\{.+\}|[^#]+#.+)$";

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
            ["type"] = new JsonArray("string", "array"),
            ["items"] = new JsonObject { ["type"] = "string" },
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
            var list = new JsonObject { ["items"] = property.IsDefined(typeof(ExperimentReferencesAttribute)) ? Names(names.Experiments) : ValueOf(item, property) };
            if (property.GetCustomAttribute<LengthAttribute>() is { } length) (list["minItems"], list["maxItems"]) = (length.MinimumLength, length.MaximumLength);
            if (ModuleCatalog.KindOf(item) is not { } listed) return OrReference(list, "array");
            list["allOf"] = new JsonArray(Definition(ChangesDefinition(listed)));
            return OrReference(list, "array", "object");
        }

        if (SpecKeys.EntryOf(type) is { } entry) return OrReference(new JsonObject { ["additionalProperties"] = ValueOf(entry, property), ["items"] = RemovedKeys() }, "object", "array");
        if (type == typeof(Corpus)) return Optional(Names(names.Corpora));
        if (type == typeof(ClassList)) return Optional(Names(names.ClassLists));
        if (type == typeof(Descriptions)) return Optional(Names(names.Descriptions));
        if (type.IsEnum) return Optional(Names(Enum.GetNames(type).Select(Identifiers.ToKebabCase)));
        if (type == typeof(bool)) return Optional(new JsonObject { ["type"] = "boolean" });
        if (type == typeof(string)) return Text(property);
        if (type.IsPrimitive) return Number(type, property);
        return Reference(RecordDefinition(type));
    }

    private static JsonObject Text(PropertyInfo property)
    {
        // Numbers and booleans are texts where a text is asked for.
        var text = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") };
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is not { } pattern) return text;
        text["pattern"] = $"^({pattern.Pattern})$|{ReferencePattern}";
        // No keyword of draft-07: yaml-language-server shows it in place of the pattern.
        if (pattern.ErrorMessage is not null) text["patternErrorMessage"] = pattern.FormatErrorMessage("The text");
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
        definitions[name] = new JsonObject { ["description"] = "Options of modules of the base's list, by name; null takes one out.", ["properties"] = properties, ["additionalProperties"] = false };
        return name;
    }

    private static string NameOf(Type kind) => kind.IsInterface ? kind.Name[1..] : kind.Name;

    /// <summary>A module's name, or its options with the name among them; without a name they are laid over those of the module that a base names.</summary>
    private string ModuleDefinition(Type kind)
    {
        var name = NameOf(kind);
        if (!definitions.TryAdd(name, null)) return name;
        var modules = ModuleCatalog.Of(kind).ToList();
        var known = Names(modules.Select(module => module.Name));
        var any = new JsonObject();
        foreach (var key in modules.SelectMany(module => SpecKeys.Of(module.Options)).Select(key => key.Name).Distinct().Order(StringComparer.Ordinal)) any[key] = new JsonObject();
        var cases = new JsonArray([.. modules.Select(module => (JsonNode)new JsonObject { ["if"] = Named(new JsonObject { ["name"] = new JsonObject { ["const"] = module.Name } }), ["then"] = Form(module) })]);
        cases.Add(new JsonObject { ["if"] = new JsonObject { ["required"] = new JsonArray("name") }, ["else"] = new JsonObject { ["properties"] = any, ["additionalProperties"] = false } });
        definitions[name] = new JsonObject
        {
            ["type"] = new JsonArray("object", "array", "string", "null"),
            ["items"] = RemovedKeys(),
            ["if"] = new JsonObject { ["type"] = "string" },
            ["then"] = new JsonObject { ["anyOf"] = new JsonArray(known, SpecReference()) },
            ["properties"] = new JsonObject { ["name"] = known.DeepClone() },
            ["allOf"] = cases,
        };
        return name;
    }

    private JsonObject Form(ModuleEntry module)
    {
        var properties = new JsonObject { ["name"] = new JsonObject { ["const"] = module.Name } };
        foreach (var (key, value) in Properties(module.Options, Activator.CreateInstance(module.Options))) properties[key] = value?.DeepClone();
        var form = new JsonObject { ["properties"] = properties, ["additionalProperties"] = false };
        if (documentation.Of(module.Options) is { } summary) form["description"] = summary;
        return form;
    }

    private static JsonObject Named(JsonObject properties) => new() { ["type"] = "object", ["required"] = new JsonArray("name"), ["properties"] = properties };

    private string RecordDefinition(Type type)
    {
        if (!definitions.TryAdd(type.Name, null)) return type.Name;
        var schema = RecordOf(type, Activator.CreateInstance(type));
        schema["items"] = RemovedKeys();
        definitions[type.Name] = OrReference(schema, "object", "array");
        return type.Name;
    }

    /// <summary>In a list of its own: draft-07 ignores a description that stands beside a reference.</summary>
    private static JsonObject Reference(string definition) => new() { ["allOf"] = new JsonArray(Definition(definition)) };

    private static JsonObject Definition(string name) => new() { ["$ref"] = $"#/definitions/{name}" };

    private static JsonObject Names(IEnumerable<string> names) => new() { ["enum"] = new JsonArray([.. names.Order(StringComparer.Ordinal).Select(name => (JsonNode)name)]) };

    /// <summary>A value without parts, or null, which takes the key back, or a reference.</summary>
    private static JsonObject Optional(JsonObject schema) => new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }, SpecReference()) };

    /// <summary>The same of values with parts: what is asked of one type says nothing of the others.</summary>
    private static JsonObject OrReference(JsonObject schema, params string[] types)
    {
        schema["type"] = new JsonArray([.. types.Append("null").Append("string").Select(type => (JsonNode)type)]);
        schema["pattern"] = ReferencePattern;
        return schema;
    }

    /// <summary>What is left of <c>!remove [a, b]</c>, which takes keys out of the base's map, once the tag is gone.</summary>
    private static JsonObject RemovedKeys() => new() { ["type"] = "string" };

    private static JsonObject SpecReference() => new() { ["type"] = "string", ["pattern"] = ReferencePattern };

    private static JsonNode? Simple(object value) => value switch
    {
        Enum member => Identifiers.ToKebabCase(member.ToString()),
        string or bool or int or long or double or float => JsonSerializer.SerializeToNode(value),
        IEnumerable<int> or IEnumerable<double> or IEnumerable<string> => JsonSerializer.SerializeToNode(value),
        _ => null,
    };
}
