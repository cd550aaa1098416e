namespace Pole.Pipeline.External;

/// <summary>CAMs in files (<see cref="CamFile"/>).</summary>
/// <param name="files">By the id of their image.</param>
/// <param name="classes">Number of classes of the data set.</param>
public sealed class FileCams(IReadOnlyDictionary<string, string> files, int classes) : ICamSource
{
    /// <exception cref="ExperimentException">The file is damaged, or its maps are not of the image's size; names it.</exception>
    public FusedCam? Of(ISample sample, RgbImage image)
    {
        var cam = CamFile.Read(files[sample.Id], classes, image);
        if (cam.Classes.Count > 0) return cam;
        cam.Dispose();
        return null;
    }

    public void Dispose()
    {
    }
}
