using System.ComponentModel.DataAnnotations;

namespace Pole.Data.Shapes;

/// <summary>
/// The names that Shapes rendered: of a class's objects, the word of the one that is seen most, or the class name where the corpus has no such word. What a perfect selection would give, as an upper bound of what choosing is worth.
/// </summary>
[PoleModule("rendered-names")]
public sealed record RenderedNamesOptions : IModuleOptions<ISelectionRule>, ICrossChecked
{
    /// <summary>Seed of the scenes, as the data set has it.</summary>
    [Range(0, int.MaxValue)] public int Seed { get; init; }

    public ISelectionRule Create(ModuleContext context) => new Rule(Seed);

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (experiment.Dataset is not ShapesOptions shapes) yield return new SpecConflict(path, "only Shapes knows the names of what it rendered: use another selection, or dataset: shapes");
        else if (shapes.Seed != Seed) yield return new SpecConflict($"{path}.seed", $"{Seed} are not the scenes of the data set: its seed is {shapes.Seed}");
    }

    private sealed class Rule(int seed) : ISelectionRule
    {
        /// <summary>Side of the grid of pixels in which objects are counted.</summary>
        private const int Side = 64;

        private static readonly IReadOnlyList<string> Classes = Pole.Data.DatasetClasses.Of(new ShapesOptions());

        public bool ReadsScores => false;

        public IReadOnlyList<int> Choose(IReadOnlyList<NameCandidates> candidates) =>
            [.. candidates.GroupBy(candidate => candidate.Image).SelectMany(image => Choose(ShapesDataset.SceneOf(seed, image.Key), image))];

        private static IEnumerable<int> Choose(Scene scene, IEnumerable<NameCandidates> candidates)
        {
            var seen = SceneRenderer.RenderFront(scene, Side).Where(index => index >= 0).CountBy(index => scene.Objects[index].Variant).ToDictionary();
            foreach (var candidate in candidates)
            {
                var word = seen.Where(variant => variant.Key.Class == Classes[candidate.Class]).OrderByDescending(variant => variant.Value).Select(variant => variant.Key.Names.Word).FirstOrDefault();
                var place = candidate.Names.ToList().FindIndex(name => name == word);
                yield return place < 0 ? 0 : place;
            }
        }
    }
}
