using Pole.Zoo.Cam;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.External;

/// <summary>CAMs as CLIMS, IRNet and POLE publish them: an .npy dictionary with keys (classes), cam (strided) and high_res.</summary>
public static class CamFile
{
    internal const string Keys = "keys", Strided = "cam", HighResolution = "high_res";

    private const int StridedStep = 4;

    /// <summary>How far normalised values may leave 0…1: the spacing of 16-bit floats at 1.</summary>
    private const float Tolerance = 1e-3f;

    /// <param name="classes">Number of classes of the data set.</param>
    /// <param name="image">The image that the CAMs belong to.</param>
    /// <inheritdoc cref="Read(string, int, int, int)"/>
    public static FusedCam Read(string path, int classes, RgbImage image) => Read(path, classes, image.Width, image.Height);

    /// <summary>Reads the CAMs of an image of a known size.</summary>
    /// <param name="classes">Number of classes of the data set.</param>
    /// <param name="width">Of the image, in pixels.</param>
    /// <param name="height">Of the image, in pixels.</param>
    /// <returns>No maps where the image has no class; the caller disposes them.</returns>
    /// <exception cref="ExperimentException">The file is not of this form, its maps are of another size, or it has classes or values that no CAM has; names it.</exception>
    public static FusedCam Read(string path, int classes, int width, int height)
    {
        var cam = Read(path, classes);
        var (fine, coarse) = (cam.HighResolution.shape, cam.Strided.shape);
        if (cam.Classes.Count == 0 || (fine[1], fine[2]) == (height, width) && (coarse[1], coarse[2]) == (Cells(height), Cells(width))) return cam;
        cam.Dispose();
        throw new ExperimentException((fine[1], fine[2]) == (height, width)
            ? $"{path}: the maps of '{Strided}' are {coarse[2]}×{coarse[1]}, those of an image of {width}×{height} are {Cells(width)}×{Cells(height)}"
            : $"{path}: its maps are not of the image's size, {width}×{height}, but {fine[2]}×{fine[1]}");
    }

    /// <param name="classes">Number of classes of the data set.</param>
    /// <returns>No maps where the image has no class; the caller disposes them.</returns>
    /// <exception cref="ExperimentException">The file is not of this form, or has classes or values that no CAM has; names it.</exception>
    public static FusedCam Read(string path, int classes)
    {
        var arrays = NpyFile.ReadDictionary(path);
        StoredTensor Array(string key) => arrays.TryGetValue(key, out var array) ? array : throw new ExperimentException($"{path}: it has no '{key}' ({Keys}, {Strided} and {HighResolution} are expected)");
        using var scope = NewDisposeScope();
        var present = Array(Keys).Read().ToFloats().Select(key => ClassOf(path, key, classes)).ToList();
        if (present.GroupBy(key => key).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new ExperimentException($"{path}: '{Keys}' lists class {twice.Key} twice");
        var (strided, highResolution) = (Array(Strided).Read().to(ScalarType.Float32), Array(HighResolution).Read().to(ScalarType.Float32));
        if (present.Count == 0 && strided.numel() + highResolution.numel() == 0) return new FusedCam([], zeros(0, 0, 0, device: CPU).MoveToOuterDisposeScope(), zeros(0, 0, 0, device: CPU).MoveToOuterDisposeScope());
        if (strided.dim() != 3 || highResolution.dim() != 3 || strided.shape[0] != present.Count || highResolution.shape[0] != present.Count)
            throw new ExperimentException($"{path}: {present.Count} classes, but maps of shape [{string.Join(", ", strided.shape)}] and [{string.Join(", ", highResolution.shape)}]");
        RequireFinite(path, Strided, strided);
        RequireFinite(path, HighResolution, highResolution);
        RequireNormalised(path, highResolution);
        return new FusedCam(present, strided.MoveToOuterDisposeScope(), highResolution.MoveToOuterDisposeScope());
    }

    /// <summary>Also refuses NaN, fractions and numbers that an integer cannot hold.</summary>
    private static int ClassOf(string path, float key, int classes) => key >= 0 && key < classes && key == MathF.Truncate(key) ? (int)key
        : throw new ExperimentException($"{path}: class {key} of '{Keys}' is none of the data set's {classes}, 0…{classes - 1}");

    private static void RequireFinite(string path, string key, Tensor maps)
    {
        if (!maps.isfinite().all().item<bool>()) throw new ExperimentException($"{path}: '{key}' holds NaN or infinity; make the CAMs of this image again");
    }

    private static void RequireNormalised(string path, Tensor maps)
    {
        if (maps.numel() == 0) return;
        var (least, most) = (maps.min().item<float>(), maps.max().item<float>());
        if (least < -Tolerance || most > 1 + Tolerance)
            throw new ExperimentException(FormattableString.Invariant($"{path}: '{HighResolution}' has values from {least:g4} to {most:g4}, normalised CAMs are 0…1; divide each map by its maximum"));
    }

    private static int Cells(int side) => (side + StridedStep - 1) / StridedStep;
}
