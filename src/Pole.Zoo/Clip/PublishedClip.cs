using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>A CLIP that OpenAI published (openai/CLIP, clip/clip.py).</summary>
/// <param name="File">TorchScript archive.</param>
/// <param name="Sha256">Of the file; part of its address.</param>
/// <param name="EmbeddingSize">Embedding dimension.</param>
/// <param name="HuggingFaceName">Folder of the same weights on Hugging Face; null where they are not there.</param>
/// <param name="Vit">Sizes of the image tower; null for a ResNet.</param>
internal sealed record PublishedClip(string File, string Sha256, int EmbeddingSize, string? HuggingFaceName = null, VitShape? Vit = null)
{
    private const int Resolution = 224;

    public static PublishedClip VitB32 { get; } = new("ViT-B-32.pt", "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af", 512, "clip-vit-base-patch32", Base(32));

    public static PublishedClip VitB16 { get; } = new("ViT-B-16.pt", "5806e77cd80f8b59890b7e101eabd078d9fb84e6937f9e85e4ecb61988df416f", 512, "clip-vit-base-patch16", Base(16));

    public static PublishedClip VitL14 { get; } = new("ViT-L-14.pt", "b8cca3fd41ae0c99ba7e8951adf17d267cdb84cd88be6f7c2e0eca1737a03836", 768, "clip-vit-large-patch14", new VitShape(1024, 14, 24, Resolution, PixelNormalisation.Clip));

    public static PublishedClip Rn50 { get; } = new("RN50.pt", "afeb0e10f9e5a86da6080e35cf09123aca3b358a0c3e3b6c78a7b63bc04b6762", 1024);

    public static PublishedClip Rn101 { get; } = new("RN101.pt", "8fa8567bab74a42d41c5915025a8e4538c3bdbe8804a470a72f30b0d94fab599", 512);

    public static PublishedClip Rn50x4 { get; } = new("RN50x4.pt", "7e526bd135e493cef0776de27d5f42653e6b4c8bf9e0f653bb11773263205fdd", 640);

    public PublishedWeights OpenAi => new(File, $"https://openaipublic.azureedge.net/clip/models/{Sha256}/{File}", Sha256);

    public PublishedWeights HuggingFace => new(HuggingFaceName!, $"https://huggingface.co/openai/{HuggingFaceName} (config.json, model.safetensors, vocab.json and merges.txt, in a folder of that name)");

    private static VitShape Base(int patch) => new(768, patch, 12, Resolution, PixelNormalisation.Clip);
}

/// <summary>OpenAI's CLIP ViT-B/32, the judge of CLIMS and POLE.</summary>
[PoleModule("vit-b-32")]
public sealed record VitB32Options() : PublishedVitOptions(PublishedClip.VitB32);

/// <summary>OpenAI's CLIP ViT-B/16.</summary>
[PoleModule("vit-b-16")]
public sealed record VitB16Options() : PublishedVitOptions(PublishedClip.VitB16);

/// <summary>OpenAI's CLIP ViT-L/14.</summary>
[PoleModule("vit-l-14")]
public sealed record VitL14Options() : PublishedVitOptions(PublishedClip.VitL14);

/// <summary>OpenAI's CLIP RN50.</summary>
[PoleModule("rn50")]
public sealed record Rn50Options() : PublishedClipOptions(PublishedClip.Rn50);

/// <summary>OpenAI's CLIP RN101.</summary>
[PoleModule("rn101")]
public sealed record Rn101Options() : PublishedClipOptions(PublishedClip.Rn101);

/// <summary>OpenAI's CLIP RN50x4.</summary>
[PoleModule("rn50x4")]
public sealed record Rn50x4Options() : PublishedClipOptions(PublishedClip.Rn50x4);
