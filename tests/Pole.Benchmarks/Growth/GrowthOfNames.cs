using Pole.Pipeline.Inference;
using Pole.Pipeline.Training;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts.Selection;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>Of the number of names, classes and images: scoring names, choosing among them, and their files. CLIP's towers are small here: an image or a name costs what it costs, and there are as many calls as images and names.</summary>
internal static class GrowthOfNames
{
    private const int Classes = 20, Pairs = 10_000, Embedding = 512;

    private static readonly int[] Names = [4, 16, 64], Images = [1_000, 10_000, 82_000];

    public static IEnumerable<GrowthSeries> All =>
    [
        new("names encoded for 20 classes", "names a class", Names, names =>
        {
            var (clip, corpus) = (Clip(), Corpus(Classes, names));
            return () => Scores(clip, corpus).Dispose();
        }),
        new("scores of 4 names", "images", Images, images => Scored(images, 4)),
        new("scores for 1,000 images", "names a class", Names, names => Scored(1_000, names)),
        new("choices of 4 names: chosen, written, read, names.csv", "images", Images, images => Chosen(images, 4, new BestPerImageOptions())),
        new("choices for 10,000 images: chosen, written, read, names.csv", "names a class", Names, names => Chosen(Pairs, names, new BestPerImageOptions())),
        new("best name of each class, 4 names", "images", Images, images => Chosen(images, 4, new BestPerClassOptions())),
        new("prompts of a data set, 4 names a class", "classes", [20, 80, 1_000], classes =>
        {
            var (clip, corpus) = (Clip(), Corpus(classes, 4));
            return () => Table(clip, corpus).Dispose();
        }),
        new("prompts of the pairs of a batch, 1,000 classes", "pairs", [16, 256, 4_096], pairs =>
        {
            var (table, scopes) = (Table(Clip(), Corpus(1_000, 4)), Enumerable.Range(0, pairs).Select(pair => ($"{pair}", pair * 7 % 1_000)).ToList());
            return () =>
            {
                using var scope = NewDisposeScope();
                table.FeaturesOf(scopes);
            };
        }),
    ];

    private static Action Scored(int images, int names)
    {
        using var clip = Clip();
        var scores = Scores(clip, Corpus(Classes, names));
        var features = randn(1, Embedding);
        return () =>
        {
            for (var image = 0; image < images; image++) _ = scores.Of("image", features, [image % Classes]).Count();
        };
    }

    private static Action Chosen(int images, int names, IModuleOptions<ISelectionRule> rule)
    {
        var (folder, random, corpus) = (Growth.NewFolder(), new Random(0), Corpus(Classes, names));
        List<PromptChoice> candidates = [.. Enumerable.Range(0, images).Select(image => PromptChoice.Candidates($"image-{image:d6}", image % Classes, Class(image % Classes), corpus[Class(image % Classes)], [.. Enumerable.Range(0, names).Select(_ => random.NextDouble())]))];
        return () =>
        {
            PromptChoices.By(rule.Create(ModuleContext.None), candidates).Write(Path.Combine(folder, "choices.json"));
            PromptChoices.Read(Path.Combine(folder, "choices.json")).WriteCsv(Path.Combine(folder, "names.csv"));
        };
    }

    private static NameScores Scores(ClipModel clip, Dictionary<string, IReadOnlyList<string>> corpus) => new(clip, "a photo of {}", corpus, [.. corpus.Keys], CPU);

    private static PromptTable Table(ClipModel clip, Dictionary<string, IReadOnlyList<string>> corpus) =>
        new(clip, "a photo of {}", [.. corpus.Values], [], null, PromptChoices.GroundTruthOnly, new ModuleContext { Device = CPU, CacheFolder = "" });

    private static ClipNetwork Clip()
    {
        var clip = new ClipNetwork(new ClipArchitecture
        {
            EmbeddingSize = Embedding, ImageResolution = 32, VisionLayers = [1], VisionWidth = 16, VisionPatchSize = 16, VisionHeads = 1, ContextLength = 12, VocabularySize = 6_000, TextWidth = 32, TextHeads = 1, TextLayers = 1,
        }, new WordTokenizer(["a", "photo", "of", "class", "name", .. Enumerable.Range(0, 5_000).Select(word => $"{word}")], 12));
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        return clip;
    }

    private static Dictionary<string, IReadOnlyList<string>> Corpus(int classes, int names) => Enumerable.Range(0, classes).ToDictionary(Class, index => (IReadOnlyList<string>)[.. Enumerable.Range(0, names).Select(name => $"class {index} name {name}")]);

    private static string Class(int index) => $"class {index}";
}
