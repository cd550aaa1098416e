using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Zoo.Cam;

/// <summary>CAMs in files, ID.safetensors of every image: what a stage that changes CAMs leaves as its result, and opens for the stages after it.</summary>
public sealed class CamFolder(string folder) : ICamSource
{
    private const string Classes = "classes", Strided = "strided", HighResolution = "high-resolution";

    /// <param name="cam">Null where no class is present; on any device.</param>
    public void Write(ISample sample, FusedCam? cam)
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(FileOf(sample), cam is null ? [] : new Dictionary<string, Tensor> { [Classes] = tensor(cam.Classes.Select(index => (long)index).ToArray(), device: CPU), [Strided] = cam.Strided, [HighResolution] = cam.HighResolution });
    }

    /// <returns>The CAMs, on the CPU, which the caller disposes; null where no class is present.</returns>
    /// <exception cref="ExperimentException">The file is missing or damaged, or its maps are not of the image's size; names it.</exception>
    public FusedCam? Of(ISample sample, RgbImage image)
    {
        using var scope = NewDisposeScope();
        var tensors = Safetensors.Read(FileOf(sample));
        if (tensors.Count == 0) return null;
        Tensor Find(string name) => tensors.TryGetValue(name, out var found) ? found : throw new ExperimentException($"{FileOf(sample)}: it has no '{name}', which CAMs have");
        var (classes, strided, fine) = (Find(Classes).ToIntegers(), Find(Strided), Find(HighResolution));
        if (!fine.shape.SequenceEqual([classes.Length, image.Height, image.Width]))
            throw new ExperimentException($"{FileOf(sample)}: its maps are [{string.Join(", ", fine.shape)}], and [{classes.Length}, {image.Height}, {image.Width}] is what its classes and an image of {image.Width}×{image.Height} make");
        return new FusedCam([.. classes.Select(index => (int)index)], strided.MoveToOuterDisposeScope(), fine.MoveToOuterDisposeScope());
    }

    public string FileOf(ISample sample) => Path.Combine(folder, $"{sample.Id}.safetensors");

    public void Dispose()
    {
    }
}
