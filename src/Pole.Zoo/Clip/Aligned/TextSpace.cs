using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Zoo.Clip.Aligned;

/// <summary>Embeddings that a published CLIP gave to names, as others published them: a text tower reduced to the texts that somebody asked it. Spaces of different CLIPs have nothing to do with each other.</summary>
/// <param name="Clip">Module of the CLIP.</param>
/// <param name="Template">Text around a name when the embeddings were made; <c>{}</c> stands for the name.</param>
/// <param name="EmbeddingSize">Embedding dimension.</param>
/// <param name="Tables">A name that several have is read from the first.</param>
public sealed record TextSpace(string Clip, string Template, int EmbeddingSize, IReadOnlyList<TextTable> Tables)
{
    private const string VlPart = "https://github.com/facebookresearch/VLPart, datasets/metadata", ZegClip = "https://github.com/ZiqinZhou66/ZegCLIP, configs/_base_/datasets/text_embedding";

    private static readonly string[] CocoStuff = Lines("coco-stuff.txt");

    /// <summary>CLIP RN50: the names of VOC, COCO and LVIS (facebookresearch/VLPart, tools/*_clip_name.py, whose sentences have no full stop; LVIS's names with their underscores and brackets).</summary>
    public static TextSpace Rn50 { get; } = new("rn50", "a {}", 1024,
    [
        new(new("voc_clip_RN50_a+cname.npy", VlPart, "ffa3ce71b3b9c694e663429524aa36b3a14dc2c6e68185f548ce47baf914416c"),
        [
            "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "dining table", "dog", "horse", "motorbike", "person", "potted plant", "sheep", "sofa", "train", "tv monitor",
        ]),
        new(new("coco_clip_RN50_a+cname.npy", VlPart, "a591d6f883f66f3dd10e33a70da471548e5b65b23642e8e8819709c60eec42cb"), CocoStuff[..80]),
        new(new("lvis_v1_clip_RN50_a+cname.npy", VlPart, "89797916c59a9fabab09d439243c55348cb9deb709fb89d23390fe980a2d6fb0"), Lines("lvis-v1.txt")),
    ]);

    /// <summary>CLIP ViT-B/16: the names of VOC in one word each, and of COCO-Stuff (ZiqinZhou66/ZegCLIP, get_embedding.ipynb, single template, no full stop).</summary>
    public static TextSpace VitB16 { get; } = new("vit-b-16", "a photo of a {}", 512,
    [
        new(new("voc12_single.npy", ZegClip, "72d3642e34bc3031fefa2fe31a43ee84b52ebb5f97b85d380f7b0d777b253ea7"),
        [
            "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
        ]),
        new(new("coco_single.npy", ZegClip, "dd32beda49a5573e17533f1cab656d748d4a17b0cef8fc42a875bbae91efb2f2"), CocoStuff),
    ]);

    /// <summary>Every name that has an embedding, once, in the order of the rows that <see cref="Read"/> returns.</summary>
    public IReadOnlyList<string> Names => field ??= [.. Tables.SelectMany(table => table.Names).Distinct(StringComparer.Ordinal)];

    /// <returns>One row a name, unit vectors in float32, <c>[names, EmbeddingSize]</c>.</returns>
    /// <exception cref="ExperimentException">A file is missing, or not the published one.</exception>
    public Tensor Read(ModuleContext context)
    {
        using var scope = NewDisposeScope();
        PublishedWeights.Require(context, [.. Tables.Select(table => table.File)]);
        var (rows, seen) = (new List<Tensor>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var table in Tables)
        {
            var fresh = table.Names.Index().Where(name => seen.Add(name.Item)).Select(name => (long)name.Index).ToArray();
            rows.Add(table.Read(context, EmbeddingSize).index_select(0, tensor(fresh, device: CPU)));
        }

        return CosineSimilarity.Unit(cat(rows)).MoveToOuterDisposeScope();
    }

    private static string[] Lines(string resource)
    {
        using var reader = new StreamReader(typeof(TextSpace).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
