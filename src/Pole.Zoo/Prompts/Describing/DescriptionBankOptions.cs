using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Prompts.Learning;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Describing;

/// <summary>
/// Texts of classes that are moved to clusters of sentences by correlation (ExCEL, zwyang6/ExCEL, CVPR 2025): see <see cref="DescriptionBank"/>. The clusters are read from a published bank, or made of <c>prompt.descriptions</c> with the
/// experiment's CLIP. Nothing is learned.
/// </summary>
[PoleModule(Module)]
public sealed record DescriptionBankOptions : IModuleOptions<PromptLearner, PromptNames>, IDescribesClasses, IReadsWeights, ICrossChecked
{
    private const string Module = "description-bank", Source = "whoever published it (ExCEL's: https://github.com/zwyang6/ExCEL, attributes_text)";

    /// <summary>A bank in the weights folder: what torch.save wrote of a list of centres [embedding, K] and flags [classes, K].</summary>
    [ExactlyOneOf(nameof(Clusters))] public string? File { get; init; }

    /// <summary>Module of the CLIP that the bank's sentences were embedded with, such as <c>vit-b-16</c>.</summary>
    [TogetherWith(nameof(File))] public string? Clip { get; init; }

    /// <summary>SHA-256 of the bank, or its beginning. Left out: it is not checked.</summary>
    [RegularExpression("[0-9a-f]{8,64}", ErrorMessage = "{0} must be a SHA-256 in lower-case hexadecimal digits, or at least its first eight")] public string? Sha256 { get; init; }

    /// <summary>Number of clusters that the sentences of <c>prompt.descriptions</c> are put into, by K-means; published: 112 for the 400 of VOC.</summary>
    [Range(1, 100_000)] public int? Clusters { get; init; }

    /// <summary>Seed of K-means.</summary>
    [Range(0, int.MaxValue)] public int Seed { get; init; }

    /// <summary>Share of the clusters that a class's text is moved to, those most correlated with it.</summary>
    [Range(0.01, 1.0)] public double Kept { get; init; } = 0.9;

    /// <summary>Give every class the clusters of the next one, and the last those of the first: the control, which has everything of a bank but which sentences are about which class.</summary>
    public bool? Shuffled { get; init; }

    bool IDescribesClasses.ReadsDescriptions => File is null;

    private PublishedWeights Bank => new(File!, Source, Sha256);

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (Sha256 is not null && File is null) yield return new SpecConflict($"{path}.sha256", "there is no file whose digest it could be: leave it out, with ~ where a base gives it");
        if (File is not null && experiment.Clip is { } clip && ClipShape.Of(clip).TextSpace is var space && Clip is not null && Clip != (space ?? PoleModuleAttribute.NameOf(clip)))
            yield return new SpecConflict($"{path}.clip", $"the bank has embeddings of {Clip}, and the clip has those of {space ?? PoleModuleAttribute.NameOf(clip)}, which have nothing to do with them: give the bank of this clip, or clusters and prompt.descriptions");
        if (File is not null && experiment.Clip is { } judge && ClipShape.Of(judge).AddsDimensions)
            yield return new SpecConflict($"{path}.file", "the clip adds dimensions of its own to every embedding, which a published bank does not have: leave clip.cone and clip.gap out, with ~ where a base gives them");
        if (File is null && experiment.Prompt?.Descriptions is { } descriptions && descriptions.Sum(source => source.Sentences.Values.Sum(sentences => sentences.Count)) is var sentences && Clusters > sentences)
            yield return new SpecConflict($"{path}.clusters", $"{Clusters} clusters of {sentences} sentences: give fewer");
    }

    public IReadOnlyList<string> WeightFiles(ModuleContext context) => File is null ? [] : [Bank.Locate(context)];

    /// <exception cref="ExperimentException">The bank is missing, damaged, another than its digest says, of another CLIP or of other classes; there are no descriptions.</exception>
    public PromptLearner Create(PromptNames below, ModuleContext context)
    {
        using var scope = NewDisposeScope();
        using var published = File is null ? null : Published(below, context);
        var names = DescribedTexts.Names(below, context.Device);
        var weighed = Shuffled == true ? OfNextClasses(names, below) : names;
        if (published is not null) return new FixedPrompts(published.Describe(names, weighed, Kept).DetachFromDisposeScope());

        var sentences = DescribedTexts.Sentences(below, Module, context.Device);
        using var bank = Clustered(cat([.. sentences], 0));
        return new WeightedTexts(bank.Describe(names, weighed, Kept).DetachFromDisposeScope(), Weights(bank, below, weighed, sentences));
    }

    /// <summary>For each name the row of the next class's ground-truth name.</summary>
    private static Tensor OfNextClasses(Tensor names, PromptNames below)
    {
        var first = below.Names.Index().GroupBy(entry => entry.Item.Class, entry => (long)entry.Index).ToDictionary(rows => rows.Key, rows => rows.First());
        return names.index_select(0, tensor(below.Names.Select(entry => first[(entry.Class + 1) % first.Count]).ToArray(), device: names.device));
    }

    /// <summary>A text is its name and Σ of the centres' weights, which add up to 1 as well; a centre is the mean of its sentences.</summary>
    private List<TextWeights> Weights(DescriptionBank bank, PromptNames below, Tensor weighed, IReadOnlyList<Tensor> sentences)
    {
        var nearest = sentences.Select(bank.NearestTo).ToList();
        var members = nearest.SelectMany(places => places).CountBy(place => place).ToDictionary();
        return [.. sentences.Select((_, index) =>
        {
            var row = below.Names.Index().First(entry => entry.Item.Class == index).Index;
            var centres = bank.Weights(weighed[TensorIndex.Slice(row, row + 1)], Kept)[0].ToFloats();
            double[] own = [.. nearest[index].Select(place => centres[place] / (2.0 * members[place]))];
            return new TextWeights(0.5, own, 0.5 - own.Sum());
        })];
    }

    private DescriptionBank Published(PromptNames below, ModuleContext context)
    {
        var path = Bank.Locate(context);
        Bank.RequirePublished(path);
        return DescriptionBank.Read(path, [.. Enumerable.Range(0, below.Names.Max(entry => entry.Class) + 1).Select(index => DescribedTexts.NameOf(below, index))], below.Clip.EmbeddingSize);
    }

    private DescriptionBank Clustered(Tensor sentences)
    {
        if (Clusters > sentences.shape[0]) throw new ExperimentException($"description-bank: {Clusters} clusters of {sentences.shape[0]} sentences: give fewer");
        return DescriptionBank.Of(sentences, Clusters!.Value, Seed);
    }
}
