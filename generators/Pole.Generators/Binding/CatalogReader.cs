using Microsoft.CodeAnalysis;
using Pole.Generators.Emission;

namespace Pole.Generators.Binding;

/// <summary>
/// Reads the root record and the exported modules off a compilation's references. Third-party assemblies are read like ours:
/// through the assembly-level exports, never by scanning types. Modules of the compilation itself come from their attribute.
/// </summary>
internal sealed class CatalogReader
{
    private const string ContractNamespace = "Pole";

    private static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat;

    private readonly Dictionary<string, RecordSchema?> records = [];

    public static Catalog Read(Compilation compilation)
    {
        if (compilation.GetTypeByMetadataName("Pole.Experiment") is not { } experiment) return new Catalog("", default, default);

        var reader = new CatalogReader();
        reader.AddRecord(experiment);
        var modules = compilation.SourceModule.ReferencedAssemblySymbols.SelectMany(assembly => assembly.GetAttributes())
            .Where(attribute => IsContract(attribute, "PoleModuleExportAttribute")).Select(attribute => attribute.ConstructorArguments[0].Value).OfType<INamedTypeSymbol>()
            .Select(reader.ReadModule).OfType<ModuleSchema>().OrderBy(module => module.Kind, StringComparer.Ordinal).ThenBy(module => module.Name, StringComparer.Ordinal).ToList();
        return new Catalog(experiment.ToDisplayString(Qualified), reader.Records(), modules.ToEquatableArray());
    }

    /// <summary>The part of a catalog that one module of the compilation itself makes; null where it makes nothing.</summary>
    public static Catalog? ReadOwn(INamedTypeSymbol options)
    {
        var reader = new CatalogReader();
        return reader.ReadModule(options) is { } module ? new Catalog("", reader.Records(), new[] { module }.ToEquatableArray()) : null;
    }

    private EquatableArray<RecordSchema> Records() => records.Values.OfType<RecordSchema>().OrderBy(record => record.TypeName, StringComparer.Ordinal).ToEquatableArray();

    /// <summary>Kind of a module's options: the first type argument of IModuleOptions; null where it has none.</summary>
    public static string? KindOf(INamedTypeSymbol options) => ContractOf(options)?.TypeArguments[0].ToDisplayString(Qualified);

    /// <summary>The IModuleOptions that options implement.</summary>
    public static INamedTypeSymbol? ContractOf(INamedTypeSymbol options) => options.AllInterfaces.FirstOrDefault(IsModuleOptions);

    private static bool IsModuleOptions(INamedTypeSymbol type) => type is { Name: "IModuleOptions", Arity: 1 or 2 } && type.ContainingNamespace.ToDisplayString() == ContractNamespace;

    private ModuleSchema? ReadModule(INamedTypeSymbol options)
    {
        if (KindOf(options) is not { } kind || Attribute(options, "PoleModuleAttribute")?.ConstructorArguments[0].Value is not string name) return null;
        AddRecord(options);
        var classes = Attribute(options, "DatasetClassesAttribute")?.ConstructorArguments[0].Values.Select(value => (string)value.Value!) ?? [];
        return new ModuleSchema(kind, name, options.ToDisplayString(Qualified), classes.ToEquatableArray());
    }

    private void AddRecord(INamedTypeSymbol type)
    {
        var typeName = type.ToDisplayString(Qualified);
        if (records.ContainsKey(typeName)) return;
        records[typeName] = null;
        var properties = new List<PropertySchema>();
        for (var level = type; level is not null and not { SpecialType: SpecialType.System_Object }; level = level.BaseType)
            properties.AddRange(level.GetMembers().OfType<IPropertySymbol>().Select(ReadProperty).OfType<PropertySchema>());
        records[typeName] = new RecordSchema(typeName, properties.ToEquatableArray());
    }

    private PropertySchema? ReadProperty(IPropertySymbol property)
    {
        if (property is not { DeclaredAccessibility: Accessibility.Public, IsStatic: false, SetMethod.DeclaredAccessibility: Accessibility.Public, IsIndexer: false }) return null;
        if (Attribute(property, "FilledByCompilerAttribute") is not null || ReadValue(property.Type) is not { } value) return null;

        var range = Annotation(property, "RangeAttribute");
        var length = Annotation(property, "LengthAttribute");
        return new PropertySchema(property.Name, Identifiers.ToKebabCase(property.Name), value, property.IsRequired)
        {
            Minimum = Number(range, 0),
            Maximum = Number(range, 1),
            Allowed = (Annotation(property, "AllowedValuesAttribute")?.ConstructorArguments[0].Values.Select(allowed => Literals.Plain(allowed.Value)) ?? []).ToEquatableArray(),
            Pattern = Annotation(property, "RegularExpressionAttribute")?.ConstructorArguments[0].Value as string,
            PatternFault = Annotation(property, "RegularExpressionAttribute")?.NamedArguments.FirstOrDefault(argument => argument.Key == "ErrorMessage").Value.Value as string,
            MinimumCount = (int?)Number(length, 0),
            MaximumCount = (int?)Number(length, 1),
            TogetherWith = KeyArgument(property, "TogetherWithAttribute"),
            ExactlyOneOf = KeyArgument(property, "ExactlyOneOfAttribute"),
            MutuallyExclusiveWith = KeyArgument(property, "MutuallyExclusiveWithAttribute"),
            CountsNamesOf = KeyArgument(property, "NamesOfAttribute"),
            FormerKeys = property.GetAttributes().Where(attribute => IsContract(attribute, "FormerKeyAttribute")).Select(attribute => (string)attribute.ConstructorArguments[0].Value!).ToEquatableArray(),
            RefersToExperiments = Attribute(property, "ExperimentReferencesAttribute") is not null,
        };
    }

    private ValueSchema? ReadValue(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable) return ReadValue(nullable.TypeArguments[0]);
        var name = type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(Qualified);
        switch (type.SpecialType)
        {
            case SpecialType.System_Boolean: return Simple(ValueKind.Boolean);
            case SpecialType.System_Int32 or SpecialType.System_Int64: return Simple(ValueKind.Integer);
            case SpecialType.System_Double or SpecialType.System_Single: return Simple(ValueKind.Number);
            case SpecialType.System_String: return Simple(ValueKind.Text);
        }

        if (type is not INamedTypeSymbol named) return null;
        if (named.TypeKind == TypeKind.Enum)
            return Simple(ValueKind.Enumeration) with { Members = named.GetMembers().OfType<IFieldSymbol>().Where(field => field.IsConst).Select(field => field.Name).ToEquatableArray() };
        if (named is { Name: "IReadOnlyList", Arity: 1 })
            return ReadValue(named.TypeArguments[0]) is { } element ? Simple(ValueKind.List) with { Element = element } : null;
        if (named is { Name: "IReadOnlyDictionary", Arity: 2 } && named.TypeArguments[0].SpecialType == SpecialType.System_String)
            return ReadValue(named.TypeArguments[1]) is { } entry ? new ValueSchema(ValueKind.Map, named.TypeArguments[1].ToDisplayString(Qualified), entry, default) : null;
        if (IsModuleOptions(named)) return new ValueSchema(ValueKind.Module, named.TypeArguments[0].ToDisplayString(Qualified), null, default);
        if (named.Name == "Corpus" && named.ContainingNamespace.ToDisplayString() == ContractNamespace) return Simple(ValueKind.Corpus);
        if (named.Name == "Descriptions" && named.ContainingNamespace.ToDisplayString() == ContractNamespace) return Simple(ValueKind.Descriptions);
        if (named.Name == "ClassList" && named.ContainingNamespace.ToDisplayString() == ContractNamespace) return Simple(ValueKind.ClassList);
        if (!named.IsRecord) return null;

        AddRecord(named);
        return Simple(ValueKind.Record);

        ValueSchema Simple(ValueKind kind) => new(kind, name, null, default);
    }

    private static double? Number(AttributeData? attribute, int argument) =>
        attribute?.ConstructorArguments[argument].Value is IConvertible value and not string ? Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) : null;

    private static string? KeyArgument(ISymbol symbol, string attribute) =>
        Attribute(symbol, attribute)?.ConstructorArguments[0].Value is string property ? Identifiers.ToKebabCase(property) : null;

    private static AttributeData? Attribute(ISymbol symbol, string name) => symbol.GetAttributes().FirstOrDefault(attribute => IsContract(attribute, name));

    private static AttributeData? Annotation(ISymbol symbol, string name) => symbol.GetAttributes().FirstOrDefault(attribute =>
        attribute.AttributeClass?.Name == name && attribute.AttributeClass.ContainingNamespace.ToDisplayString() == "System.ComponentModel.DataAnnotations");

    private static bool IsContract(AttributeData attribute, string name) =>
        attribute.AttributeClass?.Name == name && attribute.AttributeClass.ContainingNamespace.ToDisplayString() == ContractNamespace;
}
