using Pole.Zoo.Cam;
using Pole.Zoo.Optimizers;
using TorchSharp.Modules;

namespace Pole.Pipeline.Training;

/// <summary>The optimiser that baseline and CLIMS training have in common.</summary>
internal static class CamOptimizer
{
    /// <param name="others">Parameters trained beside the network's, each group with its learning rate as a multiple of the backbone's.</param>
    public static PolySgd Create(CamNetwork network, IEnumerable<(IReadOnlyList<Parameter> Parameters, double Rate)> others, TrainingOptions options, long steps)
    {
        var groups = new List<ParameterGroup>
        {
            new(network.BackboneParameters, options.LearningRate, options.WeightDecay),
            new(network.ClassifierParameters, options.LearningRate * options.ClassifierRate, options.WeightDecay),
        };
        groups.AddRange(others.Where(group => group.Parameters.Count > 0).Select(group => new ParameterGroup(group.Parameters, options.LearningRate * group.Rate, options.WeightDecay)));
        return new PolySgd(groups, options.Momentum, steps, options.RateInterval);
    }
}
