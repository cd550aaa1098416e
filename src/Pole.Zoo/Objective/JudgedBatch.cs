using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Objective;

/// <summary>A batch as CLIP sees it. What terms read is computed when the batch is made, foreground and background in one pass of the image tower; the tensors belong to the dispose scope that it is made in.</summary>
public sealed class JudgedBatch : IJudgedBatch
{
    private readonly Tensor? foreground, background, prompts, backgroundPrompts, classBackgrounds;

    /// <param name="reads">What is computed; where there are no pairs, nothing is.</param>
    /// <param name="maps">P, <c>[N, K, h, w]</c>, 0…1.</param>
    /// <param name="images"><c>[N, 3, H, W]</c>, ImageNet-normalised, as CLIP has seen them in the published code.</param>
    /// <param name="pairs">(image, class) of every present class.</param>
    /// <param name="clip">Frozen, in evaluation mode.</param>
    /// <param name="promptsOf">Makes the embeddings of each pair's prompt, <c>[pairs, D]</c>, before their adaptor.</param>
    /// <param name="backgroundPrompts"><c>[B, D]</c>, before their adaptor; null where there are none.</param>
    /// <param name="imageAdaptor">Null for none; so for the others.</param>
    /// <param name="classBackgroundsOf">Makes the embeddings of the background prompt of each pair's class, <c>[pairs, D]</c>, before the adaptor of background prompts; null where none were learnt.</param>
    public JudgedBatch(
        JudgedFeatures reads, Tensor maps, Tensor images, IReadOnlyList<(int Image, int Class)> pairs, ClipModel clip, Func<Tensor> promptsOf, Tensor? backgroundPrompts,
        Adaptor? imageAdaptor = null, Adaptor? promptAdaptor = null, Adaptor? backgroundPromptAdaptor = null, Func<Tensor>? classBackgroundsOf = null)
    {
        (Images, Maps, Pairs) = (images, maps, pairs);
        if (pairs.Count == 0) return;
        if (reads.HasFlag(JudgedFeatures.Prompts)) prompts = Adapt(promptsOf(), promptAdaptor);
        (foreground, background) = Embed(reads, clip, imageAdaptor);
        if (reads.HasFlag(JudgedFeatures.BackgroundPrompts)) this.backgroundPrompts = backgroundPrompts is null ? empty([0, clip.EmbeddingSize], device: maps.device) : Adapt(backgroundPrompts, backgroundPromptAdaptor);
        if (reads.HasFlag(JudgedFeatures.ClassBackgrounds))
            classBackgrounds = Adapt((classBackgroundsOf ?? throw new InvalidOperationException($"a term reads {JudgedFeatures.ClassBackgrounds}, and none were learnt: its options have to say {nameof(IReadsLearntBackgrounds)}"))(), backgroundPromptAdaptor);
    }

    public Tensor Images { get; }

    public Tensor Maps { get; }

    public IReadOnlyList<(int Image, int Class)> Pairs { get; }

    public Tensor Foreground => foreground ?? throw Undeclared(JudgedFeatures.Foreground);

    public Tensor Background => background ?? throw Undeclared(JudgedFeatures.Background);

    public Tensor Prompts => prompts ?? throw Undeclared(JudgedFeatures.Prompts);

    public Tensor BackgroundPrompts => backgroundPrompts ?? throw Undeclared(JudgedFeatures.BackgroundPrompts);

    public Tensor ClassBackgrounds => classBackgrounds ?? throw Undeclared(JudgedFeatures.ClassBackgrounds);

    private (Tensor? Foreground, Tensor? Background) Embed(JudgedFeatures reads, ClipModel clip, Adaptor? adaptor)
    {
        var (first, second) = (reads.HasFlag(JudgedFeatures.Foreground), reads.HasFlag(JudgedFeatures.Background));
        if (!first && !second) return (null, null);
        using var scope = NewDisposeScope();
        var (inside, outside) = MaskedImages.Split(Maps, Images, Pairs, clip.ImageResolution);
        var features = Adapt(clip.EncodeImage(first && second ? cat([inside, outside], 0) : first ? inside : outside), adaptor);
        return (first ? features[TensorIndex.Slice(0, Pairs.Count)].MoveToOuterDisposeScope() : null, second ? features[TensorIndex.Slice(first ? Pairs.Count : 0)].MoveToOuterDisposeScope() : null);
    }

    private static Tensor Adapt(Tensor features, Adaptor? adaptor) => adaptor is null ? features : adaptor.call(features);

    private static InvalidOperationException Undeclared(JudgedFeatures feature) =>
        new($"a term reads {feature}, which is not among its {nameof(ObjectiveTerm)}.{nameof(ObjectiveTerm.Reads)}");
}
