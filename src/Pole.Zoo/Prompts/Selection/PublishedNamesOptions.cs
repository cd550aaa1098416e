using System.Text.Json;

namespace Pole.Zoo.Prompts.Selection;

/// <summary>
/// A published selection (rB080/WSS_POLE, assets): the selected names per image, in ascending order of its classes. Isolates the training from errors of the
/// selection.
/// </summary>
[PoleModule("published-names")]
public sealed record PublishedNamesOptions : IModuleOptions<ISelectionRule>, IReadsWeights
{
    /// <summary>A JSON file in the weights folder.</summary>
    public required string File { get; init; }

    public ISelectionRule Create(ModuleContext context) => new Rule(() => Path(context));

    public IReadOnlyList<string> WeightFiles(ModuleContext context) => [Path(context)];

    private string Path(ModuleContext context)
    {
        if (context.WeightsFolder is not { } folder) throw new ExperimentException($"prompt.selection reads {File}: say with --weights (POLE_WEIGHTS) which folder it is in");
        var path = System.IO.Path.Combine(folder, File);
        return System.IO.File.Exists(path) ? path : throw new ExperimentException($"{path} is missing: prompt.selection reads the published names from it");
    }

    private sealed class Rule(Func<string> path) : ISelectionRule
    {
        public bool ReadsScores => false;

        public IReadOnlyList<int> Choose(IReadOnlyList<NameCandidates> candidates)
        {
            var file = path();
            var published = InputFile.Read(file, "a selection", "get the published one again", () => Read(file));
            var places = new int[candidates.Count];
            foreach (var image in candidates.Index().GroupBy(entry => entry.Item.Image))
            {
                List<(int Place, NameCandidates Candidate)> classes = [.. image];
                var names = published.GetValueOrDefault(image.Key) ?? throw new ExperimentException($"{file}: it has no names for image '{image.Key}'");
                if (names.Count != classes.Count) throw new ExperimentException($"{file}: it has {names.Count} names for image '{image.Key}', which has {classes.Count} classes");
                foreach (var ((place, candidate), name) in classes.Zip(names)) places[place] = PlaceOf(name, candidate, file);
            }

            return places;
        }

        private static int PlaceOf(string name, NameCandidates candidate, string file)
        {
            for (var place = 0; place < candidate.Names.Count; place++)
                if (candidate.Names[place] == name) return place;
            throw new ExperimentException($"{file}: '{name}' of image '{candidate.Image}' is not among the names of its class '{candidate.Names[0]}' ({string.Join(", ", candidate.Names)}): raise prompt.synonyms, or use the corpus that the selection was made with");
        }

        private static Dictionary<string, IReadOnlyList<string>> Read(string file)
        {
            using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(file));
            return PublishedNamesFile.Read(document.RootElement).ToDictionary(StringComparer.Ordinal);
        }
    }
}
