using System.Globalization;
using System.Text;
using Pole.Data.Folders;
using Pole.Runner.Building;

namespace Pole.Runner.Specs;

/// <summary>The files that a data set of one's own begins with: its classes, a base, and a first spec.</summary>
/// <param name="folder">Of specs.</param>
/// <param name="name">What data set, base and folder of experiments are called.</param>
internal sealed class DatasetSpecs(string folder, string name)
{
    /// <summary>Below which images are small, in pixels.</summary>
    private const int SmallSide = 256;

    public const string FirstSpec = "cam";

    public string ClassesFile => Path.Combine(folder, "datasets", $"{name}.yaml");

    public string BaseFile => Path.Combine(folder, "base", $"{name}.yaml");

    public string SpecFile => Path.Combine(folder, name, $"{FirstSpec}.yaml");

    /// <param name="root">Of the data set, below the data folder.</param>
    /// <exception cref="ExperimentException">One of the files is there already; nothing is written then.</exception>
    public void Write(FolderGuess guess, string root)
    {
        foreach (var file in new[] { ClassesFile, BaseFile, SpecFile })
            if (File.Exists(file)) throw new ExperimentException($"{file} is there already; move it away, or give the data set another name with --name");
        Write(ClassesFile, Classes(guess));
        Write(BaseFile, Base(guess, root));
        Write(SpecFile, $"# yaml-language-server: $schema={Path.GetRelativePath(Path.GetDirectoryName(SpecFile)!, Path.Combine(folder, SchemaFile.FileName)).Replace('\\', '/')}\nextends: ../base/{name}.yaml\ndescription: Baseline CAM on {name}.\n");
    }

    private static void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        AtomicFile.Write(file, path => File.WriteAllText(path, text));
    }

    private string Classes(FolderGuess guess)
    {
        var text = new StringBuilder($"# The classes of {name}, in label order: the first is label 1. Behind each its names, the one for prompts first and then synonyms; a colour (color: \"#2060c0\") is for pictures.\nclasses:\n");
        foreach (var entry in guess.Classes) text.Append(CultureInfo.InvariantCulture, $"  {ResolvedSpec.Quote(entry)}: [{ResolvedSpec.Quote(entry)}]\n");
        return text.Append("# What else is in the images, for the prompts of CLIMS: backgrounds: !include ../datasets/").Append(name).Append(".yaml#backgrounds\nbackgrounds: [ground, sky, wall, floor]\n").ToString();
    }

    private string Base(FolderGuess guess, string root)
    {
        var keys = new List<(string Key, string? Value)> { ("name", "folder"), ("classes", name), ("root", root), ("images", guess.Images), ("labels", guess.Labels), ("masks", guess.Masks), ("train", guess.Train), ("validation", guess.Validation) };
        var (from, to, crop) = guess.LongSide <= SmallSide ? (guess.LongSide, guess.LongSide * 3 / 2, guess.LongSide) : (256, 448, 320);
        var text = new StringBuilder($"# {guess.ImageCount} images, {guess.Classes.Count} classes. {string.Join("; ", guess.Reasons)}.\ndescription: {name}.\ndataset:\n");
        foreach (var (key, value) in keys.Where(key => key.Value is not null)) text.Append(CultureInfo.InvariantCulture, $"  {key}: {ResolvedSpec.Quote(value!)}\n");
        return text.Append(CultureInfo.InvariantCulture, $$"""
            # A small network from scratch, which needs no weights. With torchvision's file (docs/weights-and-data.md): backbone: resnet50, and learning-rate 0.01.
            backbone: { name: resnet, width: 16, blocks: [1, 1, 1, 1], stride: 16, freeze-stem: false }
            baseline:
              epochs: 20
              batch-size: 8
              learning-rate: 0.05
              optimizer: sgd
              augmentation: { name: random-long-side, from: {{from}}, to: {{to}} }
              crop: {{crop}}
            cam: { threshold: 0.3 }

            """).ToString();
    }
}
