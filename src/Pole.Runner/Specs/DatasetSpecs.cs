using System.Globalization;
using System.Text;
using Pole.Data.Folders;
using Pole.Runner.Building;

namespace Pole.Runner.Specs;

/// <summary>The files that a data set of one's own begins with: its classes, a base, and first specs of the baseline, of CLIMS, and of POLE where every class has several names.</summary>
/// <param name="folder">Of specs.</param>
/// <param name="name">What data set, base and folder of experiments are called.</param>
internal sealed class DatasetSpecs(string folder, string name)
{
    /// <summary>Below which images are small, in pixels.</summary>
    private const int SmallSide = 256;

    /// <summary>Of <see cref="TrainingOptions.Crop"/>.</summary>
    private const int SmallestCrop = 16;

    private const int MostNames = 4, MostBatch = 8;

    /// <summary>Labels are bytes: 0 is background and 255 is not counted.</summary>
    private const int MostClasses = 254;

    private const string Baseline = "cam", Clims = "clims", Pole = "pole";

    /// <summary>Of the first experiment, within the folder of experiments.</summary>
    public static string FirstSpec => Baseline;

    /// <param name="root">Of the data set, below the data folder.</param>
    /// <returns>The files that were written; the experiment to begin with is the last.</returns>
    /// <exception cref="ExperimentException">One of the files is there already; nothing is written then.</exception>
    public IReadOnlyList<string> Write(FolderGuess guess, string root)
    {
        if (guess.Classes.Count is 0 or > MostClasses) throw new ExperimentException($"{root}: {guess.Classes.Count} classes were found, and a data set has 1 to {MostClasses}: {string.Join("; ", guess.Reasons)}");
        var names = Math.Min(MostNames, guess.Names.Values.Min(own => own.Count));
        List<(string File, string Text)> files =
        [
            (Path.Combine(folder, "datasets", $"{name}.yaml"), Classes(guess)), (Path.Combine(folder, "base", $"{name}.yaml"), Base(guess, root)),
            (SpecFile(Baseline), Spec($"../base/{name}.yaml", $"Baseline CAM on {name}.", "")), (SpecFile(Clims), Spec($"../base/{name}.yaml", $"CLIMS on {name}, judged by a small CLIP of these images' labels.", ClimsKeys(guess))),
        ];
        if (names > 1) files.Add((SpecFile(Pole), Spec($"{Clims}.yaml", $"POLE on {name}, the best of {names} names for each image and class.", string.Create(CultureInfo.InvariantCulture, $"prompt: {{ synonyms: {names} }}\nadaptor: {{ image: {{ name: residual, ratio: 0.2 }}, text: {{ name: residual, ratio: 0.2 }} }}\ncompare: [{name}/{Baseline}, {name}/{Clims}]\n"))));
        foreach (var (file, _) in files)
            if (File.Exists(file)) throw new ExperimentException($"{file} is there already; move it away, or give the data set another name with --name");
        foreach (var (file, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            AtomicFile.Write(file, path => File.WriteAllText(path, text));
        }

        return [.. files.Select(file => file.File)];
    }

    private string SpecFile(string spec) => Path.Combine(folder, name, $"{spec}.yaml");

    private string Spec(string extended, string description, string keys) =>
        $"# yaml-language-server: $schema={Path.GetRelativePath(Path.Combine(folder, name), Path.Combine(folder, SchemaFile.FileName)).Replace('\\', '/')}\nextends: {extended}\ndescription: {description}\n{keys}";

    private string Classes(FolderGuess guess)
    {
        var text = new StringBuilder($"# The classes of {name}, in label order: the first is label 1. Behind each its names, the one for prompts first and then synonyms; a colour (color: \"#2060c0\") is for pictures.\nclasses:\n");
        foreach (var entry in guess.Classes) text.Append(CultureInfo.InvariantCulture, $"  {ResolvedSpec.Quote(entry)}: [{string.Join(", ", guess.Names[entry].Select(ResolvedSpec.QuoteItem))}]\n");
        return text.Append("# What else is in the images, for the prompts of CLIMS: backgrounds: !include ../datasets/").Append(name).Append(".yaml#backgrounds\nbackgrounds: [ground, sky, wall, floor]\n").ToString();
    }

    private string Base(FolderGuess guess, string root)
    {
        var keys = new List<(string Key, string? Value)> { ("name", "folder"), ("classes", name), ("root", root), ("images", guess.Images), ("labels", guess.Labels), ("masks", guess.Masks), ("train", guess.Train), ("validation", guess.Validation) };
        var text = new StringBuilder($"# {guess.ImageCount} images, {guess.Classes.Count} classes. {OneLine(string.Join("; ", guess.Reasons))}.\ndescription: {name}.\ndataset:\n");
        foreach (var (key, value) in keys.Where(key => key.Value is not null)) text.Append(CultureInfo.InvariantCulture, $"  {key}: {ResolvedSpec.Quote(value!)}\n");
        return text.Append(CultureInfo.InvariantCulture, $$"""
            # A small network from scratch, which needs no weights. With torchvision's file (docs/weights-and-data.md): backbone: resnet50, and learning-rate 0.01.
            backbone: { name: resnet, width: 16, blocks: [1, 1, 1, 1], stride: 16, freeze-stem: false }
            baseline:
              epochs: 20
              batch-size: {{BatchSize(guess)}}
              learning-rate: 0.05
              optimizer: sgd
              {{Crops(guess, "  ")}}
            cam: { threshold: 0.3 }

            """).ToString();
    }

    /// <summary>Names of files may break lines, and a comment ends with one.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) || character is '\u2028' or '\u2029' ? ' ' : character));

    /// <summary>CBS is left out: a CLIP of labels knows no backgrounds.</summary>
    private string ClimsKeys(FolderGuess guess) => string.Create(CultureInfo.InvariantCulture, $$"""
        # A stand-in that knows these images and names alone. With CLIP's weights (docs/weights-and-data.md): clip: vit-b-32, backgrounds: !include ../datasets/{{name}}.yaml#backgrounds, and the term { name: cbs, weight: 1, threshold: 0.26 }.
        clip: { name: tiny-clip, from-labels: true, captions: 2048, steps: 400, context-length: 32, seed: 0, cone: 0.18, gap: 0.66 }
        prompt: { corpus: {{name}}, synonyms: 1, masking: mean }
        objective: { terms: [{ name: otm, weight: 10 }, { name: btm, weight: 24 }, { name: reg, weight: 0.2 }] }
        clims:
          epochs: 10
          batch-size: {{BatchSize(guess)}}
          learning-rate: 0.001
          optimizer: sgd
          {{Crops(guess, "  ")}}
        compare: [{{name}}/{{Baseline}}]

        """);

    /// <summary>A batch has to fit into what is trained on.</summary>
    private static int BatchSize(FolderGuess guess) => Math.Clamp(guess.ImageCount / 2, 1, MostBatch);

    private static string Crops(FolderGuess guess, string indent)
    {
        var side = Math.Max(guess.LongSide, SmallestCrop);
        var (from, to, crop) = side <= SmallSide ? (side, side * 3 / 2, side) : (256, 448, 320);
        return string.Create(CultureInfo.InvariantCulture, $"augmentation: {{ name: random-long-side, from: {from}, to: {to} }}\n{indent}crop: {crop}");
    }
}
