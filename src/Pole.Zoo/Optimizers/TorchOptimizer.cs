using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Optimizers;

/// <summary>One of torch's optimisers.</summary>
internal sealed class TorchOptimizer(OptimizerHelper optimizer) : Optimizer
{
    public override void SetLearningRates(IReadOnlyList<double> rates)
    {
        foreach (var (group, rate) in optimizer.ParamGroups.Zip(rates)) group.LearningRate = rate;
    }

    public override void ZeroGradients() => optimizer.zero_grad();

    public override void Step() => optimizer.step();

    public override void Save(BinaryWriter writer) => optimizer.save_state_dict(writer);

    public override void Load(BinaryReader reader) => optimizer.load_state_dict(reader);

    protected override void Dispose(bool disposing)
    {
        if (disposing) optimizer.Dispose();
    }
}
