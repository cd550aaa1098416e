using Pole.Zoo.Weights;

namespace Pole.Zoo.Backbones;

/// <summary>A ResNet with torchvision's ImageNet weights (the first version, IMAGENET1K_V1), whose names are this project's too.</summary>
internal static class TorchvisionResNet
{
    private const string Classifier = "fc.";

    /// <param name="file">File name with the first eight digits of its SHA-256, as torchvision names it.</param>
    public static ResNet Create(string file, IReadOnlyList<int> blocks, int stride, bool pretrained, ModuleContext context)
    {
        if (!pretrained) return new ResNet(64, blocks, stride, freezeStem: true);

        var hash = Path.GetFileNameWithoutExtension(file).Split('-')[^1];
        using var weights = new PublishedWeights(file, $"https://download.pytorch.org/models/{file}", hash).Open(context);
        var backbone = new ResNet(64, blocks, stride, freezeStem: true);
        StateDictionary.Load(backbone, weights.Tensors, weights.Path, key => key.StartsWith(Classifier, StringComparison.Ordinal) ? null : key);
        return backbone;
    }
}
