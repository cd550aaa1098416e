using Pole.Pipeline.Artifacts;
using Pole.Zoo.Cam;
using Pole.Zoo.Weights;
using TorchSharp;

namespace Pole.Pipeline.Stages;

/// <summary>A CAM network in the store.</summary>
internal sealed class TrainedNetwork(string folder, IModuleOptions<CamNetwork, CamBase>? options, IModuleOptions<Backbone> backboneOptions, int classes, ModuleContext modules)
{
    public const string WeightsFile = "network.safetensors";

    public static SpecValue<IModuleOptions<Backbone>?> Backbone { get; } = SpecValue.Of(experiment => experiment.Backbone);

    public static SpecValue<IModuleOptions<CamNetwork, CamBase>?> Network { get; } = SpecValue.Of(experiment => experiment.Cam.Network);

    public static TrainedNetwork Open(StageRun run, string folder) => new(folder, run.Spec.Read(Network), run.Spec.Read(Backbone)!, run.Dataset.Classes.Count, run.Modules);

    /// <summary>A network that nothing has been trained of, on the CPU; the caller disposes it.</summary>
    public static CamNetwork Create(StageRun run) => Create(run.Spec.Read(Network), run.Spec.Read(Backbone)!, run.Dataset.Classes.Count, run.Modules);

    /// <summary>The caller disposes the network.</summary>
    public CamNetwork Load()
    {
        var network = Create(options, backboneOptions, classes, modules);
        NetworkFile.Read(Path.Combine(folder, WeightsFile), network);
        network.to(modules.Device);
        network.eval();
        return network;
    }

    /// <summary>The backbone alone, on the CPU; the caller disposes it.</summary>
    public Backbone LoadBackbone()
    {
        const string prefix = "backbone.";
        var backbone = backboneOptions.Create(modules);
        using var file = WeightFile.Open(Path.Combine(folder, WeightsFile));
        StateDictionary.Load(backbone, file.Tensors, file.Path, key => key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : null);
        return backbone;
    }

    /// <summary>The same, with the options at hand.</summary>
    public static CamNetwork Create(IModuleOptions<CamNetwork, CamBase>? options, IModuleOptions<Backbone> backbone, int classes, ModuleContext modules) =>
        (options ?? new ClassifierCamNetworkOptions()).Create(new CamBase(backbone.Create(modules), classes), modules);
}
