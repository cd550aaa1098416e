using System.Text.Json;
using Pole.Zoo.Prompts.Selection;

namespace Pole.Pipeline.Training;

/// <summary>
/// A published selection: per image the chosen names, in ascending order of their classes (rB080/WSS_POLE, assets). It does not name
/// the classes; a name that two classes share (bike) belongs to the lowest class that keeps the order.
/// </summary>
public static class PublishedSelection
{
    /// <summary>Reads a published selection, or one that this project wrote.</summary>
    /// <exception cref="ExperimentException">The file is neither, or has a name that no class has.</exception>
    public static PromptChoices Read(string path, Corpus corpus, IReadOnlyList<string> classes)
    {
        return InputFile.Read(path, "a selection", "write it again with pole select, or get the published one again", () =>
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind != JsonValueKind.Object) return Own(path, classes.Count);
            var names = classes.Select(name => corpus.Names.TryGetValue(name, out var list) ? list : []).ToList();
            return new PromptChoices([.. PublishedNamesFile.Read(document.RootElement).SelectMany(image => Choices(path, image.Key, image.Value, names, classes))]);
        });
    }

    private static PromptChoices Own(string path, int classes)
    {
        var choices = PromptChoices.Read(path);
        if (choices.All.FirstOrDefault(choice => choice.Class < 0 || choice.Class >= classes) is { } other) throw new ExperimentException($"{path}: image '{other.Image}' has class {other.Class}, the data set's are 0…{classes - 1}: the selection is of another data set");
        return choices;
    }

    private static IEnumerable<PromptChoice> Choices(string path, string image, IReadOnlyList<string> chosen, List<IReadOnlyList<string>> names, IReadOnlyList<string> classes)
    {
        var assigned = Assign(chosen, 0, 0, names) ?? throw new ExperimentException($"{path}: the names {string.Join(", ", chosen)} of image '{image}' are not names of classes in ascending order");
        return assigned.Select((index, place) => new PromptChoice(image, index, classes[index], IndexOf(names[index], chosen[place]), chosen[place], names[index], []));
    }

    /// <summary>The lowest ascending classes that the names can belong to; null where there are none.</summary>
    private static List<int>? Assign(IReadOnlyList<string> chosen, int place, int from, List<IReadOnlyList<string>> names)
    {
        if (place == chosen.Count) return [];
        for (var index = from; index < names.Count; index++)
            if (IndexOf(names[index], chosen[place]) >= 0 && Assign(chosen, place + 1, index + 1, names) is { } rest) return [index, .. rest];
        return null;
    }

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (var index = 0; index < names.Count; index++)
            if (names[index] == name) return index;
        return -1;
    }
}
