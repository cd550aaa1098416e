using Pole.Runner.Specs;
using Pole.Specs.Composition;

namespace Pole.Runner.Building;

/// <summary>What keys of a spec can name in one build, for completion.</summary>
internal sealed record SpecNames(IReadOnlyList<string> Experiments, IReadOnlyList<string> Corpora, IReadOnlyList<string> ClassLists, IReadOnlyList<string> Descriptions)
{
    public static SpecNames None { get; } = new([], [], [], []);

    public static SpecNames In(string specsFolder, IReadOnlyList<string> experiments)
    {
        var files = SpecFiles.In(specsFolder).ToLookup(SpecFile.KindOf);
        var lists = files[SpecKind.Classes].Select(file => SpecFile.Read(file, file[..^SpecFiles.Extension.Length], SpecKind.Classes, TextFile.Read(Path.Combine(specsFolder, file)))).ToList();
        return new SpecNames(experiments, [.. files[SpecKind.Corpus].Select(file => Path.GetFileNameWithoutExtension(file)), .. lists.SelectMany(ClassFile.Corpora)], [.. lists.Select(list => list.CorpusName)], [.. files[SpecKind.Descriptions].Select(file => Path.GetFileNameWithoutExtension(file))]);
    }
}
