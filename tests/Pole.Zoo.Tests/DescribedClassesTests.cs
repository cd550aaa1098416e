using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using Pole.Zoo.Prompts.Describing;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>Texts of classes that are made of names and sentences.</summary>
public sealed class DescribedClassesTests
{
    private const string Template = "a photo of {}.";

    private static readonly PromptName[] Names = [new(0, "boat"), new(0, "canoe"), new(1, "plant")];

    private static readonly string[][] Descriptions = [["a boat on water.", "a photo of a boat with a flag."], ["a plant."]];

    private ClipModel clip = null!;

    [SetUp]
    public void CreateClip()
    {
        random.manual_seed(0);
        clip = new TinyClipOptions { EmbeddingSize = 32, TextWidth = 32 }.CreateUntrained(["a", "photo", "of", "boat", "canoe", "plant", "on", "water", "with", "flag"]);
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
    }

    [TearDown]
    public void DisposeClip() => clip.Dispose();

    [Test]
    public void The_mean_of_descriptions_stands_for_every_name_of_a_class()
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new MeanOfDescriptionsOptions());
        var boat = Unit(Sentences(0).mean([0L], keepdim: true));

        Assert.That(learner.Encode(tensor(new long[] { 0, 1, 2 })).allclose(cat([boat, boat, Sentences(1)], 0), atol: 1e-5));
        Assert.That(learner.parameters(), Is.Empty);
    }

    [TestCase(0.25)]
    [TestCase(1)]
    public void A_share_of_the_name_is_mixed_with_the_mean_of_the_descriptions(double share)
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new NamesAndDescriptionsOptions { Share = share });
        var expected = Unit(Name("canoe") * share + Unit(Sentences(0).mean([0L], keepdim: true)) * (1 - share));

        Assert.That(learner.Encode(tensor(new long[] { 1 })).allclose(expected, atol: 1e-5));
    }

    [Test]
    public void The_candidates_of_a_class_are_its_ground_truth_name_and_its_sentences()
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new BestDescriptionOptions());
        var candidates = (IPromptCandidates)learner;

        Assert.That(candidates.Of(0).allclose(cat([Name("boat"), Sentences(0)], 0), atol: 1e-5));
        Assert.That(candidates.Of(1).allclose(cat([Name("plant"), Sentences(1)], 0), atol: 1e-5));
        Assert.That(learner.Encode(tensor(new long[] { 1 })).allclose(Name("canoe"), atol: 1e-5));
    }

    [Test]
    public void A_bank_of_as_many_clusters_as_sentences_has_the_sentences_for_centres()
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new DescriptionBankOptions { Clusters = 3, Kept = 1 });
        var sentences = cat([Sentences(0), Sentences(1)], 0);
        var expected = Unit(Name("canoe") + Name("canoe").matmul(sentences.t()).softmax(-1).matmul(sentences));

        Assert.That(learner.Encode(tensor(new long[] { 1 })).allclose(expected, atol: 1e-5));
    }

    /// <summary>Canoe, a name of the first class, by the weights of plant, the second; plant by those of boat, the ground-truth name of the first.</summary>
    [Test]
    public void A_shuffled_bank_moves_the_names_of_a_class_by_the_weights_of_the_next()
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new DescriptionBankOptions { Clusters = 3, Kept = 0.7, Shuffled = true });
        var sentences = cat([Sentences(0), Sentences(1)], 0);
        using var bank = new DescriptionBank(sentences.t().contiguous().DetachFromDisposeScope());

        Assert.That(learner.Encode(tensor(new long[] { 1, 2 })).allclose(cat([Moved("canoe", "plant"), Moved("plant", "boat")], 0), atol: 1e-5));

        Tensor Moved(string name, string weighed) => Unit(Name(name) + bank.Weights(Name(weighed), 0.7).matmul(sentences));
    }

    [Test]
    public void Weights_say_what_the_text_of_a_class_is_made_of()
    {
        using var scope = NewDisposeScope();
        Assert.Multiple(() =>
        {
            Weights(new MeanOfDescriptionsOptions(), name: 0, others: 0, 0.5, 0.5);
            Weights(new NamesAndDescriptionsOptions { Share = 0.2 }, name: 0.2, others: 0, 0.4, 0.4);
        });

        void Weights(IModuleOptions<PromptLearner, PromptNames> options, double name, double others, params double[] sentences)
        {
            using var learner = Start(options);
            var weights = ((IWeighsDescriptions)learner).WeightsOf(0);
            Assert.That((weights.Name, weights.Others), Is.EqualTo((name, others)));
            Assert.That(weights.Sentences, Is.EqualTo(sentences).Within(1e-12));
        }
    }

    [Test]
    public void The_weights_of_a_bank_rebuild_the_text_of_a_class()
    {
        using var scope = NewDisposeScope();
        string[] sentences = ["a boat on water.", "a photo of a boat with a flag.", "a boat.", "a photo of water."];
        using var learner = new DescriptionBankOptions { Clusters = 2, Kept = 1 }.Create(new PromptNames(clip, Template, [new PromptName(0, "boat")]) { Descriptions = [sentences] }, new ModuleContext { Device = CPU, CacheFolder = "" });
        var weights = ((IWeighsDescriptions)learner).WeightsOf(0);
        var encoded = Unit(PromptEncoder.Encode(clip, "{}", sentences, CPU));
        var rebuilt = Unit(Name("boat") * weights.Name + (encoded * tensor(weights.Sentences.Select(weight => (float)weight).ToArray()).unsqueeze(1)).sum([0L], keepdim: true));

        Assert.That(weights.Name + weights.Sentences.Sum() + weights.Others, Is.EqualTo(1).Within(1e-9));
        Assert.That(weights.Others, Is.Zero.Within(1e-6), "there is no other class");
        Assert.That(learner.Encode(tensor(new long[] { 0 })).allclose(rebuilt, atol: 1e-5));
    }

    [Test]
    public void Sentences_of_other_classes_have_the_rest_of_the_weight()
    {
        using var learner = Start(new DescriptionBankOptions { Clusters = 3, Kept = 1 });
        var weights = ((IWeighsDescriptions)learner).WeightsOf(1);

        Assert.That((weights.Name, weights.Sentences.Count), Is.EqualTo((0.5, 1)));
        Assert.That(weights.Others, Is.InRange(0.05, 0.45));
    }

    [Test]
    public void Sentences_about_too_few_classes_and_none_about_one_are_errors()
    {
        Assert.That(() => Start(new MeanOfDescriptionsOptions(), []), Throws.TypeOf<ExperimentException>().With.Message.Contains("give prompt.descriptions"));
        Assert.That(() => Start(new BestDescriptionOptions(), [["a boat."], []]), Throws.TypeOf<ExperimentException>().With.Message.Contains("there is none about class 'plant'"));
    }

    [Test]
    public void Nothing_is_left_in_native_memory([Values(0, 1, 2, 3)] int module)
    {
        IModuleOptions<PromptLearner, PromptNames> options = module switch { 0 => new MeanOfDescriptionsOptions(), 1 => new NamesAndDescriptionsOptions(), 2 => new BestDescriptionOptions(), _ => new DescriptionBankOptions { Clusters = 2 } };
        void Run() => Start(options).Dispose();
        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private PromptLearner Start(IModuleOptions<PromptLearner, PromptNames> options, IReadOnlyList<IReadOnlyList<string>>? descriptions = null) =>
        options.Create(new PromptNames(clip, Template, Names) { Descriptions = descriptions ?? Descriptions }, new ModuleContext { Device = CPU, CacheFolder = "" });

    private Tensor Sentences(int index) => Unit(PromptEncoder.Encode(clip, "{}", Descriptions[index], CPU));

    private Tensor Name(string name) => Unit(PromptEncoder.Encode(clip, Template, [name], CPU));

    private static Tensor Unit(Tensor rows) => rows / rows.norm(-1, true, 2);
}
