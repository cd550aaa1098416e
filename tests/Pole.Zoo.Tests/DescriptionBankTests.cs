using System.Reflection;
using CsCheck;
using Pole.Zoo.Clip.Aligned;
using Pole.Zoo.Prompts.Describing;
using Pole.Zoo.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>ExCEL's text side: a class's text is moved to the clusters of sentences that it correlates with.</summary>
public sealed class DescriptionBankTests
{
    private const string BankFile = "pascal_voc_desc_clip_ViT-B-16_gpt4.0_cluster_112_embedding_bank.pth";

    private static readonly string Shared = Path.GetFullPath(Path.Combine(typeof(DescriptionBankTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "data", "clip-text"));

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-bank-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_published_bank_moves_the_published_rows_of_VOC_as_a_naive_form_does()
    {
        var path = Path.Combine(Shared, "excel", BankFile);
        if (!File.Exists(path)) Assert.Ignore($"{path} is not there");
        using var scope = NewDisposeScope();
        var classes = TextSpace.VitB16.Tables[0].Names;
        using var bank = DescriptionBank.Read(path, classes, 512);
        using var file = WeightFile.Open(path);
        var rows = NpyFile.ReadArray(Path.Combine(Shared, "zegclip_vitb16_voc12_single.npy")).Read().to(ScalarType.Float32);
        var texts = rows / rows.norm(-1, true, 2);

        var (weights, described) = Naive(file.Tensors["0"].Read(), texts, excluded: 11);

        Assert.That((bank.Centres, classes.Count), Is.EqualTo((112, 20)));
        Assert.That(bank.Weights(texts, 0.9).ToFloats(), Is.EqualTo(weights).Within(1e-6));
        Assert.That(bank.Describe(texts, 0.9).ToFloats(), Is.EqualTo(described).Within(1e-5));
        Assert.That(weights.Count(weight => weight == 0), Is.EqualTo(20 * 11));
        // A bank that changed nothing would be equal to any naive form of nothing.
        Assert.That((bank.Describe(texts, 0.9) * texts).sum([1L]).max().item<float>(), Is.LessThan(0.99));
    }

    [TestCase(112, 11)]
    [TestCase(100, 9)]
    [TestCase(5, 0)]
    public void How_many_centres_have_no_weight_is_rounded_as_doubles_are(int centres, int excluded)
    {
        using var scope = NewDisposeScope();
        using var bank = new DescriptionBank(randn(8, centres).DetachFromDisposeScope());

        Assert.That(bank.Weights(Unit(randn(3, 8)), 0.9).ToFloats().Count(weight => weight == 0), Is.EqualTo(3 * excluded));
    }

    [Test]
    public void Weights_are_zero_of_the_least_correlated_and_add_up_to_one() => Gen.Select(Gen.Int[1, 40], Gen.Int[0, 1000], Gen.Double[0.05, 1]).Sample((centres, seed, kept) =>
    {
        using var scope = NewDisposeScope();
        random.manual_seed(seed);
        var (matrix, texts) = (randn(6, centres), Unit(randn(4, 6)));
        using var bank = new DescriptionBank(matrix.clone().DetachFromDisposeScope());

        var weights = bank.Weights(texts, kept);

        Assert.That(weights.sum([1L]).ToFloats(), Is.All.EqualTo(1).Within(1e-5));
        var (flat, correlations) = (weights.ToFloats(), texts.matmul(matrix).ToFloats());
        for (var row = 0; row < 4; row++)
        {
            var places = Enumerable.Range(row * centres, centres).ToList();
            Assert.That(places.Count(place => flat[place] == 0), Is.EqualTo((int)((1 - kept) * centres)));
            Assert.That(places.Where(place => flat[place] == 0).Select(place => correlations[place]).DefaultIfEmpty(float.NegativeInfinity).Max(), Is.LessThanOrEqualTo(places.Where(place => flat[place] > 0).Min(place => correlations[place])));
        }
    }, iter: 100, threads: 1);

    [Test]
    public void A_permutation_of_the_centres_changes_nothing() => Gen.Select(Gen.Int[1, 40], Gen.Int[0, 1000]).Sample((centres, seed) =>
    {
        using var scope = NewDisposeScope();
        random.manual_seed(seed);
        var (matrix, texts) = (randn(6, centres), Unit(randn(4, 6)));
        using var bank = new DescriptionBank(matrix.clone().DetachFromDisposeScope());
        using var permuted = new DescriptionBank(matrix.index_select(1, randperm(centres, dtype: ScalarType.Int64)).DetachFromDisposeScope());

        Assert.That(permuted.Describe(texts, 0.8).ToFloats(), Is.EqualTo(bank.Describe(texts, 0.8).ToFloats()).Within(1e-5));
    }, iter: 100, threads: 1);

    [TestCaseSource(nameof(BadBanks))]
    public void A_bank_that_does_not_fit_is_one_line(Func<(Tensor, Tensor)> make, string fault)
    {
        using var scope = NewDisposeScope();
        var (centres, flags) = make();
        var path = Path.Combine(folder, "bank.pth");
        TorchArchive.Write(path, [(["0"], centres), (["1"], flags)]);

        var exception = Assert.Throws<ExperimentException>(() => DescriptionBank.Read(path, ["boat", "fish"], 4).Dispose())!;
        Assert.That(exception.Message, Does.Contain(path).And.Contain(fault).And.Not.Contain("\n"));
    }

    private static IEnumerable<TestCaseData> BadBanks => new (string Name, Func<(Tensor, Tensor)> Make, string Fault)[]
    {
        ("another width", () => (rand(5, 3), ones(2, 3)), "it is of another CLIP: its embeddings have 5 numbers, and those of this clip 4"),
        ("other classes", () => (rand(4, 3), ones(20, 3)), "it has 20 classes, and the data set has 2"),
        ("other flags", () => (rand(4, 3), ones(2, 7)), "it has 3 centres and flags of 7"),
        ("NaN", () => (full([4, 3], double.NaN), ones(2, 3)), "it has a number that is NaN or infinite"),
        ("no sentence", () => (rand(4, 3), tensor(new float[,] { { 1, 0, 0 }, { 0, 0, 0 } })), "it has no sentence about class 'fish'"),
        ("no matrices", () => (rand(4), ones(2, 3)), "it is no list of two matrices"),
    }.Select(bank => new TestCaseData(bank.Make, bank.Fault).SetArgDisplayNames(bank.Name));

    [Test]
    public void A_bank_with_another_digest_is_one_line()
    {
        using var scope = NewDisposeScope();
        TorchArchive.Write(Path.Combine(folder, "bank.pth"), [(["0"], rand(4, 3)), (["1"], ones(2, 3))]);
        var options = new DescriptionBankOptions { File = "bank.pth", Clip = "vit-b-16", Sha256 = "00000000" };

        Assert.That(() => options.Create(new PromptNames(null!, "{}", []), new ModuleContext { Device = CPU, CacheFolder = "", WeightsFolder = folder }), Throws.TypeOf<ExperimentException>().With.Message.Contains("is not the published file: its SHA-256 is"));
    }

    [Test]
    public void Centres_of_sentences_in_groups_are_the_means_of_the_groups([Values(0, 1, 2)] int seed)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(seed);
        var groups = eye(4, 16) * 10;
        var points = (groups.unsqueeze(1) + randn(4, 5, 16) * 0.01).reshape(20, 16);

        var centres = KMeans.Centres(points, 4, seed);

        var nearest = (centres.unsqueeze(0) - points.reshape(4, 5, 16).mean([1L]).unsqueeze(1)).square().sum([-1L]).amin([1L]);
        Assert.That(nearest.max().item<float>(), Is.LessThan(1e-6));
    }

    [Test]
    public void As_many_centres_as_sentences_are_the_sentences_also_where_two_are_alike()
    {
        using var scope = NewDisposeScope();
        var points = tensor(new float[,] { { 1, 0 }, { 1, 0 }, { 0, 1 }, { 0.6f, 0.8f } });

        var centres = KMeans.Centres(points, 4, 0);

        Assert.That(centres.isfinite().all().item<bool>());
        Assert.That((centres.unsqueeze(0) - points.unsqueeze(1)).square().sum([-1L]).amin([1L]).max().item<float>(), Is.LessThan(1e-10));
    }

    [Test]
    public void Nothing_is_left_in_native_memory()
    {
        using var points = rand(30, 8);
        void Run()
        {
            using var bank = DescriptionBank.Of(points, 6, 0);
            bank.Describe(points, 0.9).Dispose();
        }

        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private static (float[] Weights, float[] Described) Naive(Tensor centres, Tensor texts, int excluded)
    {
        var (count, size, rows) = ((int)centres.shape[1], (int)centres.shape[0], (int)texts.shape[0]);
        var (bank, text) = (centres.contiguous().ToFloats(), texts.contiguous().ToFloats());
        var (weights, described) = (new float[rows * count], new float[rows * size]);
        for (var row = 0; row < rows; row++)
        {
            double[] correlations = [.. Enumerable.Range(0, count).Select(centre => Enumerable.Range(0, size).Sum(place => (double)text[row * size + place] * bank[place * count + centre]))];
            var kept = correlations.Index().OrderBy(centre => centre.Item).Skip(excluded).Select(centre => centre.Index).ToList();
            var sum = kept.Sum(centre => Math.Exp(correlations[centre]));
            foreach (var centre in kept) weights[row * count + centre] = (float)(Math.Exp(correlations[centre]) / sum);
            double[] moved = [.. Enumerable.Range(0, size).Select(place => text[row * size + place] + kept.Sum(centre => Math.Exp(correlations[centre]) / sum * bank[place * count + centre]))];
            var length = Math.Sqrt(moved.Sum(value => value * value));
            for (var place = 0; place < size; place++) described[row * size + place] = (float)(moved[place] / length);
        }

        return (weights, described);
    }

    private static Tensor Unit(Tensor rows) => rows / rows.norm(-1, true, 2);
}
