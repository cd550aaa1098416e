using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation;

/// <summary>
/// DeepLab v1 and v2 on a dilated backbone: the sum of dilated 3×3 classifiers. One classifier of dilation 12 is v1's large field of view
/// (Chen et al. 2015), four of dilations 6, 12, 18, 24 are v2's pyramid (Chen et al. 2018; kazuto1011/deeplab-pytorch, libs/models/deeplabv2.py).
/// Images <c>[N, 3, H, W]</c> to logits <c>[N, labels, h, w]</c> of the backbone's stride.
/// </summary>
public sealed class DeepLab : nn.Module<Tensor, Tensor>, IOnnxExport
{
    private readonly DilatedClassifiers classifiers;

    /// <param name="backbone">Owned.</param>
    /// <param name="rates">Dilations of the classifiers.</param>
    public DeepLab(Backbone backbone, int labels, IReadOnlyList<int> rates) : base("DeepLab")
    {
        Backbone = backbone;
        register_module("backbone", backbone);
        register_module("aspp", classifiers = new DilatedClassifiers(backbone.OutputChannels, labels, rates));
    }

    public Backbone Backbone { get; }

    public IEnumerable<Parameter> ClassifierParameters => classifiers.parameters();

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return classifiers.call(Backbone.call(images)).MoveToOuterDisposeScope();
    }

    public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input) => graph.Module(classifiers, graph.Module(Backbone, input)[^1]);

    /// <summary>Atrous spatial pyramid pooling: classifiers of several dilations, summed.</summary>
    private sealed class DilatedClassifiers : nn.Module<Tensor, Tensor>, IOnnxExport
    {
        private const double InitialDeviation = 0.01;

        private readonly List<Conv2d> branches;

        public DilatedClassifiers(int channels, int labels, IReadOnlyList<int> rates) : base("DilatedClassifiers")
        {
            branches = [.. rates.Select(rate => nn.Conv2d(channels, labels, 3, padding: rate, dilation: rate))];
            using var noGradient = no_grad();
            foreach (var branch in branches)
            {
                nn.init.normal_(branch.weight!, 0, InitialDeviation);
                nn.init.zeros_(branch.bias!);
            }

            for (var branch = 0; branch < branches.Count; branch++) register_module($"c{branch}", branches[branch]);
        }

        public override Tensor forward(Tensor features)
        {
            using var scope = NewDisposeScope();
            return branches.Select(branch => branch.call(features)).Aggregate((sum, next) => sum + next).MoveToOuterDisposeScope();
        }

        public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input) => [graph.Sum([.. branches.Select(branch => graph.Layers(input, branch))])];
    }
}
