using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Pole.Runner.Specs;

/// <summary>A module that specs, or command lines, may name.</summary>
/// <param name="Kind">What it makes: <see cref="Backbone"/>, <see cref="ClipModel"/>…</param>
/// <param name="Options">Its options record.</param>
internal sealed record ModuleEntry(Type Kind, string Name, Type Options);

/// <summary>The modules of every assembly beside this one that knows the contract: ours and those from outside.</summary>
internal static class ModuleCatalog
{
    private static readonly Lazy<IReadOnlyList<ModuleEntry>> Modules = new(Find);

    /// <summary>Ordered by name.</summary>
    public static IReadOnlyList<ModuleEntry> All => Modules.Value;

    public static IEnumerable<ModuleEntry> Of(Type kind) => All.Where(module => module.Kind == kind);

    /// <summary>The kind of a module that a key takes; null where it takes something else.</summary>
    public static Type? KindOf(Type type) => type is { IsGenericType: true } && (type.GetGenericTypeDefinition() == typeof(IModuleOptions<>) || type.GetGenericTypeDefinition() == typeof(IModuleOptions<,>)) ? type.GetGenericArguments()[0] : null;

    /// <summary>The interface that options of a kind implement, as in C#: <c>IModuleOptions&lt;Adaptor, ClipModel&gt;</c>.</summary>
    public static string ContractOf(Type kind)
    {
        var contract = Of(kind).Select(module => module.Options.GetInterfaces().First(type => KindOf(type) == kind)).FirstOrDefault() ?? typeof(IModuleOptions<>).MakeGenericType(kind);
        return NameOf(contract);

        static string NameOf(Type type) => type == typeof(string) ? "string" : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : type.Name;
    }

    private static IReadOnlyList<ModuleEntry> Find() =>
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Where(KnowsTheContract).Select(path => Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(path))))
            .SelectMany(assembly => assembly.GetCustomAttributes<PoleModuleExportAttribute>()).Select(export => export.OptionsType)
            .Select(options => new ModuleEntry(KindOf(options.GetInterfaces().First(contract => KindOf(contract) is not null))!, options.GetCustomAttribute<PoleModuleAttribute>()!.Name, options))
            .OrderBy(module => module.Name, StringComparer.Ordinal),
    ];

    /// <summary>Looks at the references without loading the assembly: most of what lies here is not ours.</summary>
    private static bool KnowsTheContract(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        if (!file.HasMetadata) return false;
        var metadata = file.GetMetadataReader();
        return metadata.AssemblyReferences.Any(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name) == typeof(Experiment).Assembly.GetName().Name);
    }
}
