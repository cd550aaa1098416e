using Pole.Runner.Specs;

namespace Pole.Runner.Building;

/// <summary>Resolved experiments in a file, every text once: those of a build have most of theirs in common.</summary>
internal sealed class ResolvedExperimentWriter
{
    private readonly MemoryStream texts = new(), experiments = new();
    private readonly BinaryWriter text, experiment;
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    public ResolvedExperimentWriter() => (text, experiment) = (new BinaryWriter(texts), new BinaryWriter(experiments));

    /// <returns>Its place.</returns>
    public int Add(ResolvedExperiment resolved)
    {
        var place = (int)experiments.Position;
        Write(resolved.Keys);
        Write(resolved.Contents);
        experiment.Write7BitEncodedInt(resolved.Stages.Count);
        foreach (var (stage, key) in resolved.Stages)
        {
            Write(stage);
            Write(key);
        }

        return place;
    }

    public void WriteTo(BinaryWriter writer)
    {
        writer.Write((int)texts.Length);
        writer.Write(texts.ToArray());
        writer.Write(experiments.ToArray());
    }

    private void Write(IReadOnlyList<ResolvedKey> keys)
    {
        experiment.Write7BitEncodedInt(keys.Count);
        foreach (var key in keys)
        {
            Write(key.Name);
            Write(key.Path);
            Write(key.Value);
            Write(key.Origin?.File);
            if (key.Origin is { } origin)
            {
                experiment.Write7BitEncodedInt(origin.Line);
                experiment.Write7BitEncodedInt(origin.Column);
            }

            experiment.Write(key.Affects);
            Write(key.Below);
        }
    }

    /// <summary>The place of a text, counted from 1; 0 for none.</summary>
    private void Write(string? value)
    {
        if (value is not null && !places.ContainsKey(value))
        {
            places[value] = (int)texts.Position + 1;
            text.Write(value);
        }

        experiment.Write7BitEncodedInt(value is null ? 0 : places[value]);
    }
}
