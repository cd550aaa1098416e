using Pole.Zoo.Adaptors;
using Pole.Zoo.Objective;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>Terms of the objective over one batch of judged embeddings.</summary>
public sealed class ObjectiveTests
{
    private static readonly List<(int Image, int Class)> Pairs = [(0, 0), (0, 2), (1, 1)];

    [TestCase(JudgedFeatures.Foreground | JudgedFeatures.Background, 6)]
    [TestCase(JudgedFeatures.Foreground, 3)]
    [TestCase(JudgedFeatures.Background | JudgedFeatures.Prompts, 3)]
    [TestCase(JudgedFeatures.Prompts | JudgedFeatures.BackgroundPrompts, 0)]
    public void What_no_term_reads_is_not_encoded(JudgedFeatures reads, int encoded)
    {
        using var scope = NewDisposeScope();
        using var clip = new AverageClip();
        Batch(reads, clip);

        Assert.That(clip.Encoded, Is.EqualTo(encoded));
    }

    [Test]
    public void Foreground_and_background_are_the_same_alone_and_together()
    {
        using var scope = NewDisposeScope();
        using var clip = new AverageClip();
        var both = Batch(JudgedFeatures.Foreground | JudgedFeatures.Background, clip);

        Assert.That(Batch(JudgedFeatures.Foreground, clip).Foreground.allclose(both.Foreground));
        Assert.That(Batch(JudgedFeatures.Background, clip).Background.allclose(both.Background));
        Assert.That(both.Foreground.shape, Is.EqualTo(new long[] { 3, 3 }));
    }

    [Test]
    public void A_term_cannot_read_what_it_does_not_declare()
    {
        using var scope = NewDisposeScope();
        using var clip = new AverageClip();

        Assert.That(() => Batch(JudgedFeatures.Foreground, clip).Background, Throws.InvalidOperationException.With.Message.Contains("reads Background, which is not among its ObjectiveTerm.Reads"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Adaptors_change_the_embeddings_that_they_stand_behind(bool adaptsBackgrounds)
    {
        using var scope = NewDisposeScope();
        using var clip = new AverageClip();
        using var twice = new Twice();
        const JudgedFeatures all = JudgedFeatures.Foreground | JudgedFeatures.Background | JudgedFeatures.Prompts | JudgedFeatures.BackgroundPrompts;
        var (plain, adapted) = (Batch(all, clip), Batch(all, clip, twice, twice, adaptsBackgrounds ? twice : null));

        Assert.That(adapted.Foreground.allclose(plain.Foreground * 2) && adapted.Background.allclose(plain.Background * 2) && adapted.Prompts.allclose(plain.Prompts * 2));
        Assert.That(adapted.BackgroundPrompts.allclose(plain.BackgroundPrompts * (adaptsBackgrounds ? 2 : 1)));
    }

    [Test]
    public void The_regulariser_is_the_mean_of_all_maps_and_needs_no_objects()
    {
        using var scope = NewDisposeScope();
        using var clip = new AverageClip();
        var maps = rand(2, 3, 4, 4);
        var term = new RegOptions().Create(ModuleContext.None);

        Assert.That(term.Reads, Is.EqualTo(JudgedFeatures.None));
        Assert.That(term.Compute(new JudgedBatch(term.Reads, maps, rand(2, 3, 8, 8), [], clip, () => throw new AssertionException("there is no pair"), null)).item<float>(), Is.EqualTo(maps.mean().item<float>()));
    }

    [TestCase(LearnableRatio.Sigmoid)]
    [TestCase(LearnableRatio.Direct)]
    public void A_learnable_ratio_starts_at_its_value_and_has_a_gradient(LearnableRatio parametrisation)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(0);
        using var learnable = new ResidualAdaptor(8, ratio: 0.3, learnable: parametrisation);
        random.manual_seed(0);
        using var fixedRatio = new ResidualAdaptor(8, ratio: 0.3);
        var features = rand(4, 8);
        var adapted = learnable.call(features);
        adapted.pow(2).sum().backward();

        Assert.That(learnable.LearnedRatio!.item<float>(), Is.EqualTo(0.3f).Within(1e-6f));
        Assert.That(adapted.allclose(fixedRatio.call(features), atol: 1e-6));
        Assert.That(learnable.named_parameters().Single(parameter => parameter.name == "ratio").parameter.grad!.item<float>(), Is.Not.Zero);
        Assert.That(fixedRatio.LearnedRatio, Is.Null);
    }

    [Test]
    public void The_identity_returns_its_input_and_has_no_parameters()
    {
        using var scope = NewDisposeScope();
        using var clip = new AverageClip();
        using var identity = new IdentityAdaptorOptions().Create(clip, ModuleContext.None);
        var features = rand(2, 3);

        Assert.That(identity.call(features), Is.SameAs(features));
        Assert.That(identity.parameters(), Is.Empty);
    }

    [Test]
    public void Learnt_backgrounds_have_the_adaptor_of_background_prompts_and_have_to_be_there()
    {
        using var scope = NewDisposeScope();
        using var clip = new AverageClip();
        using var twice = new Twice();
        JudgedBatch Judged(Func<Tensor>? learnt) => new(JudgedFeatures.ClassBackgrounds, rand(2, 3, 4, 4), rand(2, 3, 8, 8), Pairs, clip, () => eye(3), null, backgroundPromptAdaptor: twice, classBackgroundsOf: learnt);

        Assert.That(Judged(() => eye(3)).ClassBackgrounds.allclose(eye(3) * 2));
        Assert.That(() => Judged(null), Throws.InvalidOperationException.With.Message.Contains("its options have to say IReadsLearntBackgrounds"));
    }

    private static JudgedBatch Batch(JudgedFeatures reads, AverageClip clip, Adaptor? image = null, Adaptor? prompt = null, Adaptor? backgroundPrompt = null)
    {
        random.manual_seed(3);
        return new JudgedBatch(reads, rand(2, 3, 4, 4), rand(2, 3, 8, 8), Pairs, clip, () => eye(3), ones(5, 3), image, prompt, backgroundPrompt);
    }

    private sealed class Twice() : Adaptor("Twice")
    {
        public override Tensor forward(Tensor features) => features * 2;
    }

    /// <summary>The mean of each channel; counts images.</summary>
    private sealed class AverageClip() : ClipModel("AverageClip")
    {
        public long Encoded { get; private set; }

        public override int ImageResolution => 8;

        public override PixelNormalisation Normalisation => PixelNormalisation.ImageNet;

        public override int EmbeddingSize => 3;

        public override ITextTokenizer Tokenizer => throw new NotSupportedException();

        public override Tensor EncodeImage(Tensor images)
        {
            Encoded += images.shape[0];
            return images.mean([2, 3]);
        }

        public override Tensor EmbedTokens(Tensor tokens) => throw new NotSupportedException();

        public override Tensor EncodeEmbedded(Tensor embedded, Tensor ends) => throw new NotSupportedException();
    }
}
