using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Optimizers;

/// <summary>AdamW whose rate rises linearly over the first twentieth of the steps and falls as half a cosine (Radford et al. 2021, section 2.5).</summary>
public sealed class WarmUpAdamW(IEnumerable<Parameter> parameters, double learningRate, double weightDecay, long steps) : IScheduledOptimizer
{
    private const double WarmUpShare = 0.05;

    private readonly AdamW adamW = optim.AdamW(parameters, learningRate, weight_decay: weightDecay);
    private long step;

    public IReadOnlyList<double> LearningRates => [.. adamW.ParamGroups.Select(group => group.LearningRate)];

    public void ZeroGradients() => adamW.zero_grad();

    public void Step()
    {
        foreach (var group in adamW.ParamGroups) group.LearningRate = learningRate * Factor();
        adamW.step();
        step++;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(step);
        adamW.save_state_dict(writer);
    }

    public void Load(BinaryReader reader)
    {
        step = reader.ReadInt64();
        adamW.load_state_dict(reader);
    }

    public void Dispose() => adamW.Dispose();

    private double Factor()
    {
        var warmUp = Math.Max(1, (long)(steps * WarmUpShare));
        return step < warmUp ? (step + 1.0) / warmUp : 0.5 * (1 + Math.Cos(Math.PI * (step - warmUp) / Math.Max(1, steps - warmUp)));
    }
}
