using System.ComponentModel.DataAnnotations;
using static TorchSharp.torch;

namespace Pole.Zoo.Objective;

/// <summary>Area regularisation: maps are to be small (CLIMS, step/train_clims.py). The mean of the maps of all classes.</summary>
[PoleModule("reg")]
public sealed record RegOptions : IModuleOptions<ObjectiveTerm>
{
    /// <summary>Factor in the objective; the default is that of PASCAL VOC.</summary>
    [Range(0.0, 1e6)] public double Weight { get; init; } = 0.2;

    public ObjectiveTerm Create(ModuleContext context) => new Term(Weight);

    private sealed class Term(double weight) : ObjectiveTerm
    {
        public override double Weight => weight;

        public override JudgedFeatures Reads => JudgedFeatures.None;

        public override Tensor Compute(IJudgedBatch batch) => batch.Maps.mean();
    }
}
