using System.Text;
using Pole.Pipeline.Training;

namespace Pole.Runner.Tracking;

/// <summary>The measurements of a run in the order of the file, while it grows and afterwards. The run that writes them never waits for who reads them.</summary>
internal sealed class MetricsTail(string folder)
{
    private const int BlockBytes = 1 << 16;

    private readonly string path = Path.Combine(folder, MeasurementFile.Name);
    private long accepted, read;

    /// <summary>The next ones that are whole, the same until they are accepted; none at the end of what is written so far.</summary>
    public IReadOnlyList<Measurement> Next()
    {
        if (!File.Exists(path)) return [];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        for (var size = BlockBytes; ; size *= 2)
        {
            file.Seek(accepted, SeekOrigin.Begin);
            var block = new byte[size];
            var length = file.ReadAtLeast(block, size, throwOnEndOfStream: false);
            var whole = block.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
            if (whole == 0 && length == size) continue;
            read = accepted + whole;
            var measurements = Encoding.UTF8.GetString(block, 0, whole).Split('\n').Select(MeasurementFile.Parse).OfType<Measurement>().ToList();
            if (measurements.Count > 0 || whole == 0) return measurements;
            accepted = read;
        }
    }

    public void Accept() => accepted = read;
}
