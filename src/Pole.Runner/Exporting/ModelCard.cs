using System.Globalization;
using System.Reflection;
using System.Text;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Exporting;
using Pole.Pipeline.External;
using Pole.Runner.Comparing;
using Pole.Runner.Formats;
using Pole.Runner.Reports;
using Pole.Runner.Runs;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Runner.Exporting;

/// <summary>What whoever is given an exported network has to know of it, as Markdown.</summary>
/// <param name="FileName">Of the exported file.</param>
/// <param name="Sha256">Of the exported file.</param>
/// <param name="Run">That trained the network.</param>
/// <param name="Check">Null where it was not checked.</param>
/// <param name="CommandLine">That wrote the file.</param>
internal sealed record ModelCard(Experiment Experiment, StoredNetwork Network, ExportFormat Format, string FileName, string Sha256, StoredRun Run, OnnxRuntimeCheck? Check, string CommandLine)
{
    private const string Prefix = "weights ", DigestRow = "SHA-256";

    /// <summary>The card of a file, beside it.</summary>
    public static string PathOf(string file) => $"{file}.md";

    /// <summary>Whether a file beside an exported one may be replaced by its card: it is not there, or a card of the same content.</summary>
    /// <param name="sha256">Of the exported file.</param>
    public static bool MayReplace(string card, string sha256) => !Path.Exists(card) || File.Exists(card) && InputFile.Read(card, "a model card", "move it away", () => File.ReadLines(card).Any(line => line == MarkdownText.Row([DigestRow, sha256]).TrimEnd('\n')));

    public void Write(string path) => AtomicFile.Write(path, target => File.WriteAllText(target, Text()));

    private string Text() => $"""
        # {MarkdownText.Cell(Experiment.Name)}: {MarkdownText.Cell(Network.Stage)}

        {Table(["", ""], [["file", FileName], [DigestRow, Sha256], ["network", $"{Network.Module.GetName()}, trained by the stage {Network.Stage}"], ["weights", Summary()], ["experiment", $"{Experiment.Name}: {Experiment.Description}"], ["fingerprint", Run.Record.Fingerprint], ["written by", $"Pole.Framework {Framework}"], .. Checked()])}
        ## Input and outputs

        {Table(["input", "shape", "values"], [["images", "[batch, 3, height, width]", $"{OnnxModel.ChannelsOf(Network.Normalisation)} planes of 32-bit floats: (byte / 255 − mean) / std with mean {OnnxModel.Numbers(Network.Normalisation, channel => channel.Mean)} and std {OnnxModel.Numbers(Network.Normalisation, channel => channel.Deviation)}"]])}
        {Table(["output", "shape", "values"], Network.Outputs.Select(output => new[] { output.Name, $"[{string.Join(", ", output.Shape)}]", Meaning(output.Name) }))}
        {(Network.Module is SegmentationNetwork ? "Labels" : "Classes")}, in the order of the channels: {MarkdownText.Cell(string.Join(", ", Network.Labels))}.

        ## Scores

        {Scores()}
        ## Data and weights

        What the run read (SHA-256; the data set's version as a number):

        {Table(["what", "digest"], Run.Record.Inputs.Select(input => new[] { input.Key, input.Value }))}
        ## Licence

        {Licence()}

        ## Spec

        {MarkdownText.Block("yaml", File.ReadAllText(Path.Combine(Run.Folder, RunFolder.SpecFile)))}
        ## Commands

        {MarkdownText.Block("sh", $"pole run {Experiment.Name}\n{CommandLine}")}
        """.ReplaceLineEndings("\n");

    private static string Framework => typeof(ModelCard).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private static string Table(IReadOnlyList<string> head, params IEnumerable<IReadOnlyList<string>> rows) =>
        string.Concat([MarkdownText.Row(head), $"|{string.Concat(head.Select(_ => "---|"))}\n", .. rows.Select(MarkdownText.Row)]);

    private string Summary()
    {
        using var scope = NewDisposeScope();
        var weights = StateDictionary.Save(Network.Module);
        return string.Create(CultureInfo.InvariantCulture, $"{weights.Values.Sum(weight => weight.numel()):n0} numbers in {weights.Count} tensors, 32-bit floats");
    }

    private IEnumerable<string[]> Checked() => Check is null ? [] :
        [["checked", $"ONNX Runtime {Check.Version} on {Check.Images} images and their mirror images; largest difference {Check.Largest} (of values above 1, as a share of the largest)"]];

    private string Meaning(string output) => (Network.Module, output) switch
    {
        (SegmentationNetwork, _) => "logits of every label at the network's stride, of the images at full scale; enlarge them bilinearly (align_corners=False), and the largest is the label",
        (_, "logits") when Network.Stage == TrainedNetworks.ClassifierStage(Experiment) => "image-level logits of every class: a sigmoid gives probabilities",
        (_, "logits") => "image-level logits of every class, which this training did not train: no probabilities",
        _ => "maps of every class at the network's stride, neither rectified nor normalised: their positive part is a CAM, their sigmoid CLIMS's P",
    };

    private string Scores()
    {
        if (Network.MeasuredSteps.Count == 0) return "None: the experiment measures the network that is trained of this one.\n";
        if (Run.Record.Score is null) return "None: the data set has no label maps to measure against.\n";
        var rows = Network.Module is SegmentationNetwork ? ChainRows(Run.Record) : CamRows(Run.Record);
        return $"""
            {Table(["mode", "split", "images", "mIoU %"], rows)}
            Measured by the experiment's inference ({Inference()}), which the file does not hold; from {MarkdownText.Cell(Run.Record.Started.ToString("u", CultureInfo.InvariantCulture))}.

            """;
    }

    private string Inference() => Network.Module is SegmentationNetwork ? "at the scales that the spec gives" : $"CAMs of the scales {string.Join(", ", Experiment.Cam.Scales.Select(scale => scale.ToString(CultureInfo.InvariantCulture)))} and of mirror images, summed and divided by their maximum";

    private IEnumerable<string[]> ChainRows(RunRecord record) =>
        record.Chain.Where(score => Network.MeasuredSteps.Contains(score.Step)).Select(score => new[] { score.Step, Split(score.Split, score.Masks), $"{score.Images}", Percentage.Of(score.MeanIou) });

    private static IEnumerable<string[]> CamRows(RunRecord record)
    {
        var score = record.Score!;
        yield return [CamMode.Threshold(score.Threshold), Split(score.Split, score.Masks), $"{score.Images}", Percentage.Of(score.MeanIou)];
        if (record.Thresholds.MaxBy(threshold => threshold.MeanIou) is { } best) yield return [$"{CamMode.BestThreshold(best.Threshold)}, an upper bound", Split(score.Split, score.Masks), $"{score.Images}", Percentage.Of(best.MeanIou)];
    }

    private static string Split(string split, string? masks) => masks is null ? split : $"{split}, masks {masks}";

    private string Licence()
    {
        var published = Run.Record.Inputs.Keys.Where(input => input.StartsWith(Prefix, StringComparison.Ordinal)).Select(input => input[Prefix.Length..]).ToList();
        var weights = published.Count == 0 ? "No published weights were read for it." : $"It was made from the published weights {MarkdownText.Cell(string.Join(", ", published))}, which have terms of their own.";
        return $"The network was learned from the data set {MarkdownText.Cell(PoleModuleAttribute.NameOf(Experiment.Dataset) ?? "")}, whose images and labels have terms of their own. {weights} Whoever passes the file on has to meet those terms; the licence of the code that wrote it says nothing about it.";
    }
}
