using Pole.Pipeline.Training;

namespace Pole.Runner.Runs;

/// <summary>Measurements as JSON lines, in the order of the run.</summary>
internal sealed class MetricsFile(string folder) : IMeasurementSink, IDisposable
{
    private readonly StreamWriter lines = new(new FileStream(Path.Combine(folder, MeasurementFile.Name), FileMode.Create, FileAccess.Write, FileShare.Read)) { AutoFlush = true };

    public void Add(Measurement measurement) => lines.WriteLine(MeasurementFile.Line(measurement));

    public void Dispose() => lines.Dispose();
}
