namespace Pole.Zoo.Cam;

/// <summary>A backbone and a 1×1 classifier without bias (CVI-SZU/CLIMS, net/resnet50_clims.py).</summary>
[PoleModule("cam-network")]
public sealed record ClassifierCamNetworkOptions : IModuleOptions<CamNetwork, CamBase>
{
    public CamNetwork Create(CamBase below, ModuleContext context) => new ClassifierCamNetwork(below.Backbone, below.Classes);
}
