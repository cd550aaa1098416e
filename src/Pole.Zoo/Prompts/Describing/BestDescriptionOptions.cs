using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Describing;

/// <summary>
/// POLE's question asked of descriptions: the texts of a class are its ground-truth name and its sentences (<c>prompt.descriptions</c>), of which a source of CAMs takes for each image that which CLIP finds most correlated with
/// image × CAM; with <c>cam.source.names</c> their mean, or the best by the ground truth. Nothing is learned.
/// </summary>
[PoleModule(Module)]
public sealed record BestDescriptionOptions : IModuleOptions<PromptLearner, PromptNames>, IDescribesClasses
{
    private const string Module = "best-description";

    bool IDescribesClasses.ReadsDescriptions => true;

    bool IDescribesClasses.GivesCandidates => true;

    public PromptLearner Create(PromptNames below, ModuleContext context)
    {
        using var scope = NewDisposeScope();
        var (names, sentences) = (DescribedTexts.Names(below, context.Device), DescribedTexts.Sentences(below, Module, context.Device));
        var first = Enumerable.Range(0, sentences.Count).Select(index => below.Names.Index().First(row => row.Item.Class == index).Index);
        var texts = first.Zip(sentences, (row, ofClass) => cat([names[TensorIndex.Slice(row, row + 1)], ofClass], 0).DetachFromDisposeScope()).ToList();
        return new Candidates(names.DetachFromDisposeScope(), texts, [.. below.Descriptions.Select((list, index) => (IReadOnlyList<string>)[DescribedTexts.NameOf(below, index), .. list])]);
    }

    private sealed class Candidates : PromptLearner, IPromptCandidates
    {
        private const string Names = "names";

        private readonly IReadOnlyList<IReadOnlyList<string>> texts;

        /// <param name="names"><c>[rows, D]</c>; owned.</param>
        /// <param name="embedded">Of each class, <c>[n, D]</c>; owned.</param>
        /// <param name="texts">Of each class, n.</param>
        public Candidates(Tensor names, IReadOnlyList<Tensor> embedded, IReadOnlyList<IReadOnlyList<string>> texts) : base("BestDescription")
        {
            this.texts = texts;
            register_buffer(Names, names);
            foreach (var (index, ofClass) in embedded.Index()) register_buffer(BufferName(index), ofClass);
        }

        public override double Rate => 0;

        public override Tensor Encode(Tensor rows) => this.BufferOf(Names).index_select(0, rows);

        public Tensor Of(int classIndex) => this.BufferOf(BufferName(classIndex)).alias();

        public IReadOnlyList<string> TextsOf(int classIndex) => texts[classIndex];

        private static string BufferName(int index) => $"texts_{index}";
    }
}
