using Pole.Zoo.Cam;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>CAMs as CLIMS, IRNet and POLE publish them: an .npy dictionary with keys (classes), cam (strided) and high_res.</summary>
public static class CamFile
{
    /// <summary>The same, for an image whose size and classes the file must fit.</summary>
    /// <param name="classes">Number of classes of the data set.</param>
    public static FusedCam Read(string path, int classes, RgbImage image)
    {
        var cam = Read(path);
        if (cam.HighResolution.shape[1] == image.Height && cam.HighResolution.shape[2] == image.Width && cam.Classes.All(present => present >= 0 && present < classes)) return cam;
        cam.Dispose();
        var unknown = cam.Classes.Where(present => present < 0 || present >= classes).ToList();
        throw new ExperimentException(unknown.Count > 0 ? $"{path}: class {unknown[0]} is none of the data set's {classes}" : $"{path}: its maps are not of the image's size, {image.Width}×{image.Height}");
    }

    /// <returns>The caller disposes the maps.</returns>
    /// <exception cref="ExperimentException">The file is not of this form; names it.</exception>
    public static FusedCam Read(string path)
    {
        var arrays = NpyFile.ReadDictionary(path);
        StoredTensor Array(string key) => arrays.TryGetValue(key, out var array) ? array : throw new ExperimentException($"{path}: it has no '{key}' (keys, cam and high_res are expected)");
        using var scope = NewDisposeScope();
        var classes = Array("keys").Read().ToIntegers().Select(key => (int)key).ToList();
        var (strided, highResolution) = (Array("cam").Read().to(ScalarType.Float32), Array("high_res").Read().to(ScalarType.Float32));
        if (strided.dim() != 3 || highResolution.dim() != 3 || strided.shape[0] != classes.Count || highResolution.shape[0] != classes.Count)
            throw new ExperimentException($"{path}: {classes.Count} classes, but maps of shape [{string.Join(", ", strided.shape)}] and [{string.Join(", ", highResolution.shape)}]");
        return new FusedCam(classes, strided.MoveToOuterDisposeScope(), highResolution.MoveToOuterDisposeScope());
    }
}
