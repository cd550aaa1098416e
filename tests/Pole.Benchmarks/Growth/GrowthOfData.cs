using System.Globalization;
using System.Text;
using Pole.Data.Coco;
using Pole.Data.Folders;
using Pole.Pipeline.Artifacts;

namespace Pole.Benchmarks;

/// <summary>Of the number of images and classes: reading a data set, drawing its splits, telling whether its files changed.</summary>
internal static class GrowthOfData
{
    private const int Classes = 20, LabelsOfAnImage = 2, ObjectsOfAnImage = 7, ImagesOfClasses = 10_000;

    private static readonly int[] Images = [1_000, 10_000, 82_000];

    public static IEnumerable<GrowthSeries> All =>
    [
        new("folder of images with a table of labels, splits drawn", "images", Images, images => Read(images, Classes)),
        new("folder of images with a table of labels, splits drawn", "classes", [20, 80, 1_000], classes => Read(ImagesOfClasses, classes)),
        new("COCO annotations", "images", Images, images =>
        {
            var file = Annotations(images);
            return () => CocoAnnotations.Read(file, new Dictionary<int, string>(), "");
        }),
        new("digests of files that did not change", "images", Images, images =>
        {
            var (root, digests) = (FolderOf(images, Classes), new FileDigests(Growth.NewFolder()));
            List<string> files = [.. Directory.EnumerateFiles(root, "*.jpg")];
            foreach (var file in files) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
            return () => digests.Of(files, null, CancellationToken.None);
        }),
        new("digest of a list of samples", "images", Images, images =>
        {
            var contents = new DigestContents(Growth.NewFolder());
            return () => contents.Keep(Enumerable.Range(0, images).Select(image => (Id(image), "0123456789abcdef")));
        }),
    ];

    private static Action Read(int images, int classes)
    {
        var root = FolderOf(images, classes);
        var options = new FolderOptions { Classes = new ClassList { Name = "many", Classes = [.. Enumerable.Range(0, classes).Select(Class)] }, Root = Path.GetFileName(root), Labels = "labels.csv", ValidationShare = 0.2 };
        return () => options.Create(new ModuleContext { Device = TorchSharp.torch.CPU, CacheFolder = "", DataFolder = Path.GetDirectoryName(root) }).Prepare(new NoProgress(), CancellationToken.None);
    }

    /// <summary>Files without content, which nothing here decodes, and their labels.</summary>
    private static string FolderOf(int images, int classes)
    {
        var root = Growth.NewFolder();
        for (var image = 0; image < images; image++) File.WriteAllBytes(Path.Combine(root, $"{Id(image)}.jpg"), []);
        var table = new StringBuilder("file,labels\n");
        for (var image = 0; image < images; image++) table.Append(CultureInfo.InvariantCulture, $"{Id(image)}.jpg,{string.Join('|', Enumerable.Range(0, LabelsOfAnImage).Select(label => Class((image + label * 7) % classes)))}\n");
        File.WriteAllText(Path.Combine(root, "labels.csv"), table.ToString());
        return root;
    }

    private static string Annotations(int images)
    {
        var path = Path.Combine(Growth.NewFolder(), "instances.json");
        using var file = new StreamWriter(path);
        file.Write($"{{\"images\":[{string.Join(',', Enumerable.Range(1, images).Select(image => $"{{\"id\":{image},\"file_name\":\"{Id(image)}.jpg\",\"width\":640,\"height\":480}}"))}],\"annotations\":[");
        for (var found = 0; found < images * ObjectsOfAnImage; found++)
            file.Write($"{(found > 0 ? "," : "")}{{\"image_id\":{found / ObjectsOfAnImage + 1},\"category_id\":{found % 90 + 1},\"area\":12.5,\"iscrowd\":0,\"segmentation\":[[{string.Join(',', Enumerable.Range(0, 40))}]]}}");
        file.Write("],\"categories\":[]}");
        return path;
    }

    private static string Id(int image) => $"image-{image:d6}";

    private static string Class(int index) => $"class {index}";
}
