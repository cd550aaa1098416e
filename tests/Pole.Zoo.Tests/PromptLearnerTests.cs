using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using Pole.Zoo.Prompts.Learning;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>Prompts that are learned while the CAM network trains.</summary>
public sealed class PromptLearnerTests
{
    private const string Template = "a photo of {}.";

    private static readonly PromptName[] Names = [new(0, "boat"), new(0, "canoe"), new(1, "potted plant"), new(1, "plant")];

    private ClipModel clip = null!;

    [SetUp]
    public void CreateClip()
    {
        random.manual_seed(0);
        clip = new TinyClipOptions { EmbeddingSize = 32, TextWidth = 32 }.CreateUntrained(["a", "photo", "of", "boat", "canoe", "potted", "plant"]);
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
    }

    [TearDown]
    public void DisposeClip() => clip.Dispose();

    [Test]
    public void Several_templates_give_the_mean_of_their_normalised_embeddings()
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new FixedTemplatesOptions { Templates = [Template, "a {}"] });
        var expected = new[] { Template, "a {}" }.Select(template => PromptEncoder.Encode(clip, template, ["canoe"], CPU)).Select(features => features / features.norm()).Aggregate((sum, next) => sum + next) / 2;

        Assert.That(learner.Encode(tensor(new long[] { 1 })).allclose(expected, atol: 1e-5));
        Assert.That(learner.parameters(), Is.Empty);
    }

    [Test]
    public void The_mean_of_names_is_one_embedding_for_all_names_of_a_class()
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new MeanOfNamesOptions());
        var embedded = PromptEncoder.Encode(clip, Template, [.. Names.Select(entry => entry.Name)], CPU);
        var normalised = embedded / embedded.norm(-1, true, 2);
        var encoded = learner.Encode(arange(4));

        Assert.That(encoded[0].allclose((normalised[0] + normalised[1]) / 2, atol: 1e-5) && encoded[2].allclose((normalised[2] + normalised[3]) / 2, atol: 1e-5));
        Assert.That(encoded[1].allclose(encoded[0]) && encoded[3].allclose(encoded[2]));
        Assert.That(learner.parameters(), Is.Empty);
    }

    [TestCase(false, 1)]
    [TestCase(true, 2)]
    public void A_learned_context_is_one_for_all_or_one_for_each_class(bool classSpecific, int contexts)
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new ContextOptions { Tokens = 3, ClassSpecific = classSpecific });

        Assert.That(learner.parameters().Single().shape, Is.EqualTo(new long[] { contexts, 3, 32 }));
        Assert.That(learner.Encode(tensor(new long[] { 0, 2, 3 })).shape, Is.EqualTo(new long[] { 3, 32 }));
    }

    [Test]
    public void A_context_of_words_embeddings_gives_the_embedding_of_those_words()
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new ContextOptions { Tokens = 3 });
        using (no_grad()) learner.parameters().Single().copy_(clip.EmbedTokens(tensor(clip.Tokenizer.Encode("a photo of")).unsqueeze(0))[TensorIndex.Colon, TensorIndex.Slice(1, 4)]);

        Assert.That(learner.Encode(arange(4)).allclose(PromptEncoder.Encode(clip, Template, [.. Names.Select(entry => entry.Name)], CPU), atol: 1e-5));
    }

    [Test]
    public void A_context_that_does_not_fit_says_so() =>
        Assert.That(() => Start(new ContextOptions { Tokens = 10 }), Throws.InstanceOf<ExperimentException>().With.Message.Contains("lower prompt.learner.tokens"));

    [Test]
    public void A_learned_target_begins_as_its_name()
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new TargetOptions());

        Assert.That(learner.Encode(arange(4)).allclose(PromptEncoder.Encode(clip, Template, [.. Names.Select(entry => entry.Name)], CPU), atol: 1e-5));
    }

    [Test]
    public void Only_the_tokens_of_the_name_are_learned()
    {
        using var scope = NewDisposeScope();
        using var learner = Start(new TargetOptions());
        learner.Encode(arange(4)).sum().backward();
        var touched = learner.parameters().Single().grad!.abs().sum(-1) > 0;

        // Start, a, photo, of, then the name: two tokens for "potted plant", one for the others.
        Assert.That(touched[2].data<bool>().ToArray().Select((value, place) => (value, place)).Where(entry => entry.value).Select(entry => entry.place), Is.EqualTo(new[] { 4, 5 }));
        Assert.That(touched[0].data<bool>().ToArray().Select((value, place) => (value, place)).Where(entry => entry.value).Select(entry => entry.place), Is.EqualTo(new[] { 4 }));
    }

    [Test]
    public void Learned_tokens_of_words_give_the_embedding_of_those_words()
    {
        using var scope = NewDisposeScope();
        using var learner = new BackgroundTokens(clip, "a photo of {} boat.", 2, 2, CPU);
        using (no_grad()) learner.parameters().Single()[1] = clip.EmbedTokens(tensor(clip.Tokenizer.Encode("potted plant")).unsqueeze(0))[0, TensorIndex.Slice(1, 3)];

        Assert.That(learner.parameters().Single().shape, Is.EqualTo(new long[] { 2, 2, 32 }));
        Assert.That(learner.Encode(tensor(new long[] { 1, 0, 1 }))[TensorIndex.Slice(0, 3, 2)].allclose(PromptEncoder.Encode(clip, "a photo of {} boat.", ["potted plant", "potted plant"], CPU), atol: 1e-5));
    }

    [Test]
    public void Of_the_learned_tokens_those_of_the_encoded_classes_have_a_gradient()
    {
        using var scope = NewDisposeScope();
        using var learner = new BackgroundTokens(clip, Template, 3, 4, CPU);
        learner.Encode(tensor(new long[] { 2, 0 })).sum().backward();

        Assert.That(learner.parameters().Single().grad!.abs().sum([1, 2]).ToFloats().Select(sum => sum > 0), Is.EqualTo(new[] { true, false, true }));
        Assert.That(clip.parameters().Where(parameter => parameter.grad is not null), Is.Empty);
    }

    [Test]
    public void Learned_tokens_that_do_not_fit_say_so() =>
        Assert.That(() => new BackgroundTokens(clip, Template, 3, 8, CPU), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("background-prompts: 8 learned tokens in \"a photo of {}.\" need 13 tokens, CLIP's context has 12: lower tokens"));

    private PromptLearner Start(IModuleOptions<PromptLearner, PromptNames> learning) => learning.Create(new PromptNames(clip, Template, Names), new ModuleContext { Device = CPU, CacheFolder = "" });
}
