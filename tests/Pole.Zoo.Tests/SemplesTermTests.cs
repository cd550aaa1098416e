using Pole.Zoo.Objective;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>SemPLeS's terms against a naive form, at cosines inside and outside of the clamp.</summary>
public sealed class SemplesTermTests
{
    /// <summary>Unit vectors at these cosines to the background prompt (1, 0): to the image, and to the name.</summary>
    private static readonly (double Image, double Name)[] Cosines = [(0.3, 0.25), (-0.4, 0.9), (1, -0.2), (0.05, 1), (0.00005, 0.00005)];

    [TestCase(0.02)]
    [TestCase(0.5)]
    public void A_prompt_is_near_to_the_background_and_far_from_the_name(double nameWeight)
    {
        using var scope = NewDisposeScope();
        var term = new ContrastivePromptOptions { NameWeight = nameWeight }.Create(ModuleContext.None);
        var naive = Cosines.Average(pair => -Math.Log(Clamped(pair.Image)) + nameWeight * Math.Log(Clamped(pair.Name)));

        Assert.That(term.Weight, Is.EqualTo(1));
        Assert.That(term.Compute(new Judged(term.Reads)).item<float>(), Is.EqualTo(naive).Within(1e-4));
        Assert.That(term.Observe(new Judged(term.Reads)).Select(observed => observed.Name), Is.EqualTo(new[] { "background", "name" }));
        Assert.That(term.Observe(new Judged(term.Reads)).Select(observed => observed.Value.item<float>()), Is.EqualTo(new[] { Cosines.Average(pair => pair.Image), Cosines.Average(pair => pair.Name) }).Within(1e-5));
    }

    [Test]
    public void A_foreground_is_far_from_the_background_prompt_of_its_class()
    {
        using var scope = NewDisposeScope();
        var term = new SemanticRefinementOptions().Create(ModuleContext.None);
        var naive = Cosines.Average(pair => -Math.Log(1 - Clamped(pair.Image)));

        Assert.That(term.Weight, Is.EqualTo(0.05));
        Assert.That(term.Compute(new Judged(term.Reads)).item<float>(), Is.EqualTo(naive).Within(1e-3));
        Assert.That(term.Observe(new Judged(term.Reads)).Single().Value.item<float>(), Is.EqualTo(Cosines.Average(pair => pair.Image)).Within(1e-5));
    }

    [Test]
    public void Outside_of_the_clamp_there_is_no_gradient()
    {
        using var scope = NewDisposeScope();
        var judged = new Judged(JudgedFeatures.Foreground | JudgedFeatures.ClassBackgrounds);
        judged.Images.requires_grad_(true);
        new SemanticRefinementOptions().Create(ModuleContext.None).Compute(judged).backward();

        Assert.That(judged.Images.grad!.abs().sum(1).ToFloats().Select(sum => sum > 1e-6), Is.EqualTo(new[] { true, false, false, true, false }));
    }

    private static double Clamped(double cosine) => Math.Clamp(cosine, 1e-4, 0.9999);

    /// <summary>Embeddings in the plane; what a term does not declare is not there.</summary>
    private sealed class Judged(JudgedFeatures reads) : IJudgedBatch
    {
        public Tensor Images { get; } = AtCosines(pair => pair.Image, 3);

        public Tensor Maps => throw new NotSupportedException();

        public IReadOnlyList<(int Image, int Class)> Pairs => [.. Cosines.Select((_, index) => (index, 0))];

        public Tensor Foreground => Declared(JudgedFeatures.Foreground, Images);

        public Tensor Background => Declared(JudgedFeatures.Background, Images);

        public Tensor Prompts => Declared(JudgedFeatures.Prompts, AtCosines(pair => pair.Name, 2));

        public Tensor BackgroundPrompts => throw new NotSupportedException();

        public Tensor ClassBackgrounds => Declared(JudgedFeatures.ClassBackgrounds, tensor(Cosines.SelectMany(_ => new[] { 5f, 0f }).ToArray(), [Cosines.Length, 2]));

        private Tensor Declared(JudgedFeatures feature, Tensor value) => reads.HasFlag(feature) ? value : throw new AssertionException($"{feature} is not declared");

        private static Tensor AtCosines(Func<(double Image, double Name), double> cosine, float length) =>
            tensor(Cosines.SelectMany(pair => new[] { (float)cosine(pair), (float)Math.Sqrt(1 - cosine(pair) * cosine(pair)) }).Select(value => value * length).ToArray(), [Cosines.Length, 2]);
    }
}
