using System.Reflection;
using Pole.Zoo.Backbones;
using Pole.Zoo.Clip;
using Pole.Zoo.Clip.Aligned;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>A pretrained backbone in the space of real text embeddings (shared/data/clip-text).</summary>
public sealed class AlignedClipTests
{
    private static readonly string Shared = Path.GetFullPath(Path.Combine(typeof(AlignedClipTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "data", "clip-text"));

    private string weights = "";

    [SetUp]
    public void LinkPublishedFiles()
    {
        if (!Directory.Exists(Shared)) Assert.Ignore($"{Shared} is not there");
        weights = Directory.CreateTempSubdirectory("pole-aligned-").FullName;
        foreach (var (published, stored) in new[]
        {
            ("voc_clip_RN50_a+cname.npy", "vlpart_voc_clip_RN50_a+cname.npy"), ("coco_clip_RN50_a+cname.npy", "vlpart_coco_clip_RN50_a+cname.npy"), ("lvis_v1_clip_RN50_a+cname.npy", "vlpart_lvis_v1_clip_RN50_a+cname.npy"),
            ("voc12_single.npy", "zegclip_vitb16_voc12_single.npy"), ("coco_single.npy", "zegclip_vitb16_cocostuff_single.npy"),
        })
            File.CreateSymbolicLink(Path.Combine(weights, published), Path.Combine(Shared, stored));
    }

    [TearDown]
    public void DeleteFolder()
    {
        if (weights.Length > 0) Directory.Delete(weights, recursive: true);
    }

    private ModuleContext Context => new() { Device = CPU, CacheFolder = weights, WeightsFolder = weights };

    private static IEnumerable<TextSpace> Spaces => [TextSpace.Rn50, TextSpace.VitB16];

    /// <summary>Orders of names are facts that the files do not hold; a text that two files have was embedded twice.</summary>
    [TestCaseSource(nameof(Spaces))]
    public void A_name_that_two_files_have_has_one_embedding(TextSpace space)
    {
        using var scope = NewDisposeScope();
        var rows = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var compared = 0;
        foreach (var table in space.Tables)
        {
            var read = table.Read(Context, space.EmbeddingSize);
            foreach (var (index, name) in table.Names.Index())
            {
                if (rows.TryAdd(name, read[index])) continue;
                compared++;
                Assert.That(CosineSimilarity.Between(read[index].unsqueeze(0), rows[name].unsqueeze(0)).item<float>(), Is.GreaterThan(0.9995f), name);
            }
        }

        Assert.That(compared, Is.GreaterThanOrEqualTo(12));
    }

    [TestCaseSource(nameof(Spaces))]
    public void Every_name_has_a_row_of_unit_length(TextSpace space)
    {
        using var rows = space.Read(Context);

        Assert.That(rows.shape, Is.EqualTo(new long[] { space.Names.Count, space.EmbeddingSize }));
        Assert.That(rows.norm(1, false, 2).sub(1).abs().max().item<float>(), Is.LessThan(1e-5f));
    }

    [Test]
    public void A_prompt_is_embedded_as_its_row()
    {
        using var scope = NewDisposeScope();
        var clip = Clip();
        var text = clip.EncodeText(tensor(clip.Tokenizer.Encode("a potted plant"), [1, 1], device: CPU));

        Assert.That(text.Equals(TextSpace.Rn50.Read(Context)[15].unsqueeze(0)), Is.True);
    }

    [Test]
    public void A_text_without_an_embedding_is_an_error_that_tells_the_template() =>
        Assert.That(() => Clip().Tokenizer.Encode("a photo of a dog."), Throws.InstanceOf<ExperimentException>().With.Message.Contains("\"a photo of a dog.\" has no published embedding").And.Message.Contains("\"a {}\""));

    [Test]
    public void Gradients_of_embeddings_reach_the_image_and_not_the_backbone()
    {
        using var scope = NewDisposeScope();
        var clip = Clip();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        var images = randn([2, 3, 32, 32], device: CPU).requires_grad_(true);
        clip.EncodeImage(images).pow(2).sum().backward();

        Assert.That(images.grad!.abs().sum().item<float>(), Is.GreaterThan(0));
    }

    [Test]
    public void A_file_that_is_not_the_published_one_is_refused()
    {
        File.Delete(Path.Combine(weights, "voc12_single.npy"));
        File.Copy(Path.Combine(weights, "coco_single.npy"), Path.Combine(weights, "voc12_single.npy"));

        Assert.That(() => TextSpace.VitB16.Read(Context), Throws.InstanceOf<ExperimentException>().With.Message.Contains("voc12_single.npy is not the published file"));
    }

    private AlignedClip Clip() => new(new ResNet(8, [1, 1, 1, 1], 32, freezeStem: false), TextSpace.Rn50, TextSpace.Rn50.Read(Context), resolution: 32);
}
