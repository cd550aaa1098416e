namespace Pole.Pipeline.Stages;

/// <summary>What affinities and segmentation stand on.</summary>
/// <param name="Make">The caller owns the backbone, which is on the CPU.</param>
internal sealed record BackboneSource(string Key, Func<Backbone> Make)
{
    public static string KeyOf(IModuleOptions<Backbone>? own, string trainedKey) => own is null ? trainedKey : CanonicalSpec.Fingerprint(own);

    /// <param name="own">The spec's backbone of this part; null for the CAM network's.</param>
    /// <param name="trained">Asked only where there is no own.</param>
    public static BackboneSource Of(IModuleOptions<Backbone>? own, Func<TrainedNetwork> trained, Experiment experiment, RunContext context)
    {
        if (own is not null) return new BackboneSource(CanonicalSpec.Fingerprint(own), () => own.Create(context.Modules));
        var network = trained();
        return new BackboneSource(network.Key, () => network.LoadBackbone(experiment, context));
    }
}
