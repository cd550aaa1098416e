using static TorchSharp.torch;

namespace Pole.Zoo.Adaptors;

/// <summary>Leaves embeddings exactly as they are; has no parameters.</summary>
[PoleModule("identity")]
public sealed record IdentityAdaptorOptions : IModuleOptions<Adaptor, ClipModel>
{
    public Adaptor Create(ClipModel below, ModuleContext context) => new IdentityAdaptor();
}

/// <summary>Returns its input itself.</summary>
internal sealed class IdentityAdaptor() : Adaptor("IdentityAdaptor")
{
    public override Tensor forward(Tensor features) => features;
}
