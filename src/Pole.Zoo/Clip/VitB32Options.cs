using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>OpenAI's CLIP ViT-B/32, the judge of CLIMS and POLE.</summary>
[PoleModule("vit-b-32")]
public sealed record VitB32Options : IModuleOptions<ClipModel>
{
    public ClipModel Create(ModuleContext context) => PublishedClip.Load(new PublishedWeights("ViT-B-32.pt",
        "https://openaipublic.azureedge.net/clip/models/40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af/ViT-B-32.pt",
        "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af"), context);
}
