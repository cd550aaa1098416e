using System.Text;
using Pole.Pipeline.Stages;

namespace Pole.Runner.Specs;

/// <summary>The stages of the chain as a Markdown table: what each reads, and what it builds on.</summary>
internal static class StageReference
{
    public static string Write()
    {
        var documentation = new Documentation([typeof(StageGraph).Assembly]);
        var text = new StringBuilder("## Stages\n\nResults of stages are stored under a key of everything that a row names: the values of the keys, the content of data and weights, and the keys of the results that it takes. A stage that an experiment does not have is left out. Every stage reads `compute` besides.\n\n| stage | reads of the spec | data | takes | gives | what it does |\n|---|---|---|---|---|---|\n");
        foreach (var stage in StageGraph.Chain.DistinctBy(stage => stage.GetType()))
            text.Append($"| {(stage is SourceStage ? $"{stage.Name} (not stored)" : $"`{stage.Name}`")} | {string.Join(", ", KeysOf(stage).Select(path => $"`{path}`"))} | {string.Join("; ", stage.Data.Select(Describe).Distinct())} | {string.Join(", ", stage.Takes.Select(taken => $"{taken.Slot.Name}{(taken.When is null ? "" : "*")}"))} | {string.Join(", ", stage.Fills.Select(fill => fill.Slot.Name))} | {documentation.Of(stage.GetType())} |\n");
        return text.Append("\n\\* where the spec asks for it.\n").ToString();
    }

    /// <summary>A stage that reads data has the data set's options in its key.</summary>
    private static IEnumerable<string> KeysOf(Stage stage) => stage.Reads.SelectMany(value => value.Paths).Concat(stage.Data.Count > 0 ? ["dataset"] : []).Distinct().Order(StringComparer.Ordinal);

    private static string Describe(DataInput input)
    {
        var parts = new[] { (SampleParts.Images, "images"), (SampleParts.Classes, "image-level labels"), (SampleParts.LabelMaps, "label maps") }.Where(part => input.Parts.HasFlag(part.Item1)).Select(part => part.Item2).ToList();
        return parts.Count == 0 ? input.Description : $"{input.Description}: {string.Join(", ", parts)}{(input.When is null ? "" : "*")}";
    }
}
