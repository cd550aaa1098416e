namespace Pole.Runner.Runs;

/// <summary>Keeps the measurements of a run.</summary>
internal interface IMeasurementSink
{
    void Add(Measurement measurement);
}
