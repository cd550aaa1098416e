using System.CommandLine;
using System.Globalization;
using Pole.Data.Imaging;
using Pole.Data.Shapes;
using Pole.Runner.Progress;

namespace Pole.Runner.Commands;

/// <summary><c>pole data example DIR</c>: a small folder of images with labels and label maps, to try one's way with.</summary>
internal static class DataExampleCommand
{
    private const int Images = 60, Side = 96;

    private static readonly IReadOnlyDictionary<string, string[]> Synonyms = new Dictionary<string, string[]>
    {
        ["boat"] = ["ship", "sailing boat", "toy boat"], ["fish"] = ["toy fish", "goldfish", "carp"], ["train"] = ["toy train", "railway engine", "tram"],
        ["car"] = ["toy car", "automobile", "van"], ["bird"] = ["toy bird", "duckling", "owl"], ["flower"] = ["blossom", "tulip", "daisy"],
    };

    public static Command Create()
    {
        var directory = new Argument<string>("dir") { Description = "A folder that is not there yet." };
        var command = new Command("example", $"Write a folder with {Images} small rendered images, a table of their labels, synonyms of the classes, and label maps.") { directory };
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            LibTorch.Load();
            var target = Path.GetFullPath(parsed.GetRequiredValue(directory));
            if (Path.Exists(target)) throw new ExperimentException($"{target} is there already; name a folder that is not");
            var temporary = $"{target}.partial";
            try
            {
                ProgressDisplay.Run(DisplayStyle.Text, progress =>
                {
                    progress.Stage("example", report => Write(temporary, report, stop));
                    return true;
                });
                Directory.Move(temporary, target);
            }
            finally
            {
                if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            }

            Console.WriteLine($"{target}: {Images} images, labels.csv, names.csv, masks");
        })));
        return command;
    }

    private static void Write(string folder, IStageProgress progress, CancellationToken stop)
    {
        var cache = Directory.CreateDirectory(Path.Combine(folder, ".rendered")).FullName;
        var dataset = new ShapesOptions { TrainImages = Images / 2, EvaluationImages = Images / 2, Side = Side }.Create(new ModuleContext { Device = TorchSharp.torch.CPU, CacheFolder = cache });
        dataset.Prepare(progress, stop);
        foreach (var part in new[] { "images", "masks" }) Directory.CreateDirectory(Path.Combine(folder, part));
        var rows = new List<string> { "file,labels" };
        foreach (var (number, sample) in dataset.Samples(dataset.TrainSplit).Concat(dataset.Samples(dataset.EvaluationSplit)).Index())
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"toy-{number + 1:d2}");
            File.Copy(sample.Files!.Image, Path.Combine(folder, "images", $"{name}.jpg"));
            IndexedPng.Write(Path.Combine(folder, "masks", $"{name}.png"), sample.LoadLabels());
            rows.Add($"{name}.jpg,{string.Join('|', sample.PresentClasses.Select(index => dataset.Classes[index]))}");
        }

        File.WriteAllLines(Path.Combine(folder, "labels.csv"), rows);
        File.WriteAllLines(Path.Combine(folder, "names.csv"), ["class,names", .. dataset.Classes.Select(name => $"{name},{string.Join('|', Synonyms[name])}")]);
        Directory.Delete(cache, recursive: true);
    }
}
