using Pole.Data.Imaging;

namespace Pole.Pipeline.Stages;

/// <summary>Label maps of samples as palette PNGs, each under its <see cref="SampleName"/>.</summary>
public sealed record LabelFolder(string Folder)
{
    /// <summary>Writes one label map, with the folders of its id.</summary>
    public void Write(ISample sample, LabelMap map)
    {
        var path = SampleName.FileOf(Folder, sample, MaskSet.Extension);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        IndexedPng.Write(path, map);
    }

    /// <exception cref="ExperimentException">The file is missing or damaged.</exception>
    public LabelMap Read(ISample sample) => ImageCodec.ReadLabels(SampleName.FileOf(Folder, sample, MaskSet.Extension));
}
