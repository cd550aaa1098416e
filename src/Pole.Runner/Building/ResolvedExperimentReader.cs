using Pole.Pipeline.Stages;
using Pole.Runner.Specs;

namespace Pole.Runner.Building;

/// <summary>Reads what <see cref="ResolvedExperimentWriter"/> has written.</summary>
internal sealed class ResolvedExperimentReader
{
    private readonly BinaryReader reader;
    private readonly long texts, experiments;

    /// <param name="reader">At the place that it was written to.</param>
    public ResolvedExperimentReader(BinaryReader reader)
    {
        this.reader = reader;
        var length = reader.ReadInt32();
        texts = reader.BaseStream.Position;
        experiments = texts + length;
    }

    /// <param name="place">That the writer gave it.</param>
    public ResolvedExperiment Read(ListedExperiment listed, int place)
    {
        reader.BaseStream.Position = experiments + place;
        var (keys, contents) = (ReadKeys(), ReadKeys());
        var stages = new StageSpecKey[reader.Read7BitEncodedInt()];
        for (var index = 0; index < stages.Length; index++) stages[index] = new StageSpecKey(ReadText()!, ReadText()!);
        return new ResolvedExperiment(listed.Name, listed.Sweep, listed.Fingerprint, keys, contents, stages);
    }

    private ResolvedKey[] ReadKeys()
    {
        var keys = new ResolvedKey[reader.Read7BitEncodedInt()];
        for (var index = 0; index < keys.Length; index++)
        {
            var (name, path, value) = (ReadText()!, ReadText()!, ReadText());
            var origin = ReadText() is { } file ? new SpecOrigin(file, reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt()) : null;
            keys[index] = new ResolvedKey(name, path, value, origin, reader.ReadBoolean(), ReadKeys());
        }

        return keys;
    }

    private string? ReadText()
    {
        var place = reader.Read7BitEncodedInt();
        if (place == 0) return null;
        var back = reader.BaseStream.Position;
        reader.BaseStream.Position = texts + place - 1;
        var text = reader.ReadString();
        reader.BaseStream.Position = back;
        return text;
    }
}
