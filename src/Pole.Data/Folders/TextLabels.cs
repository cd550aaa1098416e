using System.Globalization;

namespace Pole.Data.Folders;

/// <summary>A text file an image, with an object a line that begins with the number of its class, from 0 (as YOLO has them; the boxes behind it are not read).</summary>
internal sealed class TextLabels(string folder, ClassNames classes) : IImageLabels
{
    public string FileOf(string id) => Path.Combine(folder, $"{id}.txt");

    public IReadOnlyList<int> Of(string id)
    {
        var path = FileOf(id);
        return InputFile.Read<IReadOnlyList<int>>(path, "the objects of an image", "write a line an object, the number of its class first; an empty file where there is none", () =>
            [.. TextFile.Lines(TextFile.Read(path)).Index().Where(line => line.Item.Trim().Length > 0).Select(line => Class(line.Item, $"{path}({line.Index + 1})")).Distinct().Order()]);
    }

    private int Class(string line, string place)
    {
        var word = line.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries)[0];
        if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw new ExperimentException($"{place}: a line begins with the number of a class, not with '{word}'");
        return number < classes.Count ? number : throw new ExperimentException($"{place}: there is no class {number}; they are numbered 0…{classes.Count - 1} here");
    }
}
