using System.Globalization;
using Pole.Data.Imaging;
using Pole.Runner.Reports.Html;

namespace Pole.Runner.Reports;

/// <summary>What is in the data set of an experiment, for a person: how many images of each class, which classes go together, how large, and some of them with their label maps.</summary>
internal static class DatasetPage
{
    private const int PhotosOfClass = 4, MostSizes = 1000;

    /// <param name="dataset">Prepared, or as far as it can be.</param>
    public static string Of(Experiment experiment, IDataset dataset, ModuleContext modules, IStageProgress progress, CancellationToken cancellation)
    {
        var splits = new[] { dataset.TrainSplit, dataset.EvaluationSplit }.Distinct().ToDictionary(split => split, split => Labelled(dataset.Samples(split), progress, cancellation));
        var page = new HtmlPage($"Data of {experiment.Name}").Cards(splits.Select(split => (split.Value.Count.ToString(CultureInfo.InvariantCulture), $"images of {split.Key}")).Append((dataset.Classes.Count.ToString(CultureInfo.InvariantCulture), "classes")));
        Classes(page, experiment, dataset, modules, splits);
        Together(page, dataset, splits[dataset.TrainSplit]);
        Sizes(page, splits);
        Photos(page, experiment, dataset, splits, cancellation);
        return page.ToString();
    }

    private static IReadOnlyList<ISample> Labelled(IReadOnlyList<ISample> samples, IStageProgress progress, CancellationToken cancellation)
    {
        progress.Expect(samples.Count, "labels read");
        ParallelWork.For(samples.Count, cancellation, index =>
        {
            _ = samples[index].PresentClasses;
            progress.Advance(1);
        });
        return samples;
    }

    private static void Classes(HtmlPage page, Experiment experiment, IDataset dataset, ModuleContext modules, IReadOnlyDictionary<string, IReadOnlyList<ISample>> splits)
    {
        var lengths = experiment is { Prompt: { } given, Clip: { } clip } ? new PromptLengths(given, clip, modules) : null;
        var table = new HtmlTable(["class", .. splits.Keys.Select(split => $"images of {split}"), "names"]);
        foreach (var (index, name) in dataset.Classes.Index())
            table.Row([name, .. splits.Values.Select(samples => HtmlCell.Number(samples.Count(sample => sample.PresentClasses.Contains(index)), "f0")), experiment.Prompt is { } prompt ? string.Join(", ", prompt.NamesOf(name).Select(own => lengths?.Of(own) ?? own)) : ""]);
        table.Row(["none", .. splits.Values.Select(samples => HtmlCell.Number(samples.Count(sample => sample.PresentClasses.Count == 0), "f0")), ""]);
        page.Heading("Classes").Table(table);
        if (lengths is null) return;
        var tooLong = dataset.Classes.SelectMany(experiment.Prompt!.NamesOf).Where(name => !lengths.Fits(name)).ToList();
        page.Quiet(lengths.Fault is { } fault ? $"Tokens are not counted: {fault}" : string.Create(CultureInfo.InvariantCulture, $"Behind each name the tokens of its prompt; the CLIP reads {lengths.Most}. {(tooLong.Count == 0 ? "All fit" : $"{tooLong.Count} do not fit: {string.Join(", ", tooLong)}")}."));
    }

    private static void Together(HtmlPage page, IDataset dataset, IReadOnlyList<ISample> samples)
    {
        if (samples.All(sample => sample.PresentClasses.Count < 2)) return;
        var table = new HtmlTable(["", .. dataset.Classes]);
        foreach (var (row, name) in dataset.Classes.Index())
            table.Row([name, .. dataset.Classes.Index().Select(column => HtmlCell.Number(samples.Count(sample => sample.PresentClasses.Contains(row) && sample.PresentClasses.Contains(column.Index)), "f0"))]);
        page.Heading("Classes in one image").Quiet($"Images of {dataset.TrainSplit} with both. What always stands together cannot be told apart by image-level labels.").Table(table);
    }

    private static void Sizes(HtmlPage page, IReadOnlyDictionary<string, IReadOnlyList<ISample>> splits)
    {
        var sizes = splits.Values.SelectMany(samples => samples.Take(MostSizes)).Select(sample => sample.Files is { } files ? ImageCodec.ReadSize(files.Image, files.IsOriented) : sample.LoadImage() is var image ? (image.Width, image.Height) : default).ToList();
        var table = new HtmlTable(["", "smallest", "median", "largest"]);
        foreach (var (name, values) in new[] { ("width", sizes.Select(size => size.Width)), ("height", sizes.Select(size => size.Height)) })
            table.Row(values.Order().ToList() is var ordered ? [name, HtmlCell.Number(ordered[0], "f0"), HtmlCell.Number(ordered[ordered.Count / 2], "f0"), HtmlCell.Number(ordered[^1], "f0")] : []);
        page.Heading("Sizes in pixels").Table(table);
    }

    private static void Photos(HtmlPage page, Experiment experiment, IDataset dataset, IReadOnlyDictionary<string, IReadOnlyList<ISample>> splits, CancellationToken cancellation)
    {
        var overlay = LabelOverlay.Of(experiment.Dataset);
        foreach (var (index, name) in dataset.Classes.Index())
        {
            var gallery = new HtmlGallery([.. Enumerable.Repeat("", PhotosOfClass)]);
            var shown = splits.Values.SelectMany(samples => samples.Where(sample => sample.PresentClasses.Contains(index)).Take(PhotosOfClass)).ToList();
            foreach (var sample in shown)
            {
                cancellation.ThrowIfCancellationRequested();
                var image = sample.LoadImage();
                gallery.Photo(sample.HasLabels ? overlay.Draw(image, sample.LoadLabels()) : image, sample, dataset);
            }

            if (shown.Count > 0) page.Heading(name).Markup(gallery.ToString());
        }
    }
}
