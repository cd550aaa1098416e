using static TorchSharp.torch;

namespace Pole.Zoo.Prompts.Learning;

/// <summary>Prompts that were encoded once.</summary>
public class FixedPrompts : PromptLearner
{
    private const string Features = "features";

    /// <param name="features"><c>[rows, D]</c>; owned.</param>
    public FixedPrompts(Tensor features) : base("FixedPrompts") => register_buffer(Features, features);

    public override double Rate => 0;

    public override Tensor Encode(Tensor rows) => this.BufferOf(Features).index_select(0, rows);
}
