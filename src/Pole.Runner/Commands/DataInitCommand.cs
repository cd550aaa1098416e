using System.CommandLine;
using Pole.Data.Folders;
using Pole.Runner.Specs;
using Pole.Specs.Composition;

namespace Pole.Runner.Commands;

/// <summary><c>pole data init DIR</c>: the files that a data set of one's own begins with.</summary>
internal static class DataInitCommand
{
    private const int ClassesShown = 8;

    public static Command Create()
    {
        var directory = new Argument<string>("dir") { Description = "Folder of images: a folder a class, or with a table of labels, label maps, COCO annotations or text files beside them." };
        var name = new Option<string?>("--name") { Description = "What the data set is called (default: the folder's name)." };
        var specs = SpecsFolder.CreateOption();
        var command = new Command("init", "Look at a folder of images and write its classes, a base and first specs; nothing is overwritten.") { directory, name, specs };
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            LibTorch.Load();
            var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetRequiredValue(directory)));
            var guess = FolderGuess.Of(root);
            var called = parsed.GetValue(name) ?? Usable(Path.GetFileName(root));
            if (called.Length == 0 || !SpecPoint.IsUsable($"{called}/{DatasetSpecs.FirstSpec}") || called.Contains('/', StringComparison.Ordinal) || SpecFile.KindOf(called) != SpecKind.Experiment || SpecFiles.Among([$"{called}/{DatasetSpecs.FirstSpec}.yaml"]).Count == 0)
                throw new ExperimentException($"a data set cannot be called '{called}': give it a name of letters, digits, hyphens and underscores with --name");
            var files = new DatasetSpecs(SpecsFolder.Of(parsed, specs), called).Write(guess, Path.GetFileName(root));

            foreach (var reason in guess.Reasons) Console.WriteLine(reason);
            Console.WriteLine($"{guess.Classes.Count} class{(guess.Classes.Count == 1 ? "" : "es")}: {string.Join(", ", guess.Classes.Take(ClassesShown))}{(guess.Classes.Count > ClassesShown ? $" and {guess.Classes.Count - ClassesShown} more" : "")}");
            foreach (var file in files) Console.WriteLine(file);
            Console.WriteLine($"then: dotnet build, and pole run {ShellText.Quote($"{called}/{Path.GetFileNameWithoutExtension(files[^1])}")} --data {ShellText.Quote(Path.GetDirectoryName(root) ?? root)}");
        }));
        return command;
    }

    /// <summary>A folder's name with hyphens in the place of what no name may have.</summary>
    private static string Usable(string folder) => new string([.. folder.ToLowerInvariant().Select(character => char.IsLetterOrDigit(character) || character is '-' or '_' ? character : '-')]).Trim('-');
}
