using Pole.Zoo.Objective;
using static TorchSharp.torch;

namespace Pole.Pipeline.Judging;

/// <summary>The objective of one pair at a time, at each of its candidate masks.</summary>
/// <param name="classes">Embeddings of the class names' prompts, <c>[K, D]</c>.</param>
/// <param name="networks">Trained CAM networks, by name.</param>
internal sealed class CandidateLosses(ObjectiveOptions objective, ClipModel clip, Tensor classes, Tensor? backgrounds, IReadOnlyList<(string Name, CamNetwork Network)> networks, ModuleContext modules)
{
    /// <summary>Intersection over union with the true mask from which on a candidate passes for it.</summary>
    private const double Same = 0.5;

    private readonly IReadOnlyList<(string Name, ObjectiveTerm Term)> terms = [.. objective.Terms.Select(term => (ObjectiveOptions.NameOf(term), term.Create(modules)))];
    private readonly List<Candidate[]> pairs = [];

    private IEnumerable<string> Names => CandidateMasks.Names.Concat(networks.Select(network => network.Name));

    /// <summary>For each pair, whether no candidate that is not nearly the true mask has a lower total than it.</summary>
    public IReadOnlyList<bool> TrueLowest => [.. pairs.Select(pair => !pair.Any(other => IsBelow(other, pair[0])))];

    /// <param name="pixels"><c>[1, 3, H, W]</c>, ImageNet-normalised.</param>
    public void Add(Tensor pixels, LabelMap labels, int present)
    {
        using var scope = NewDisposeScope();
        var maps = CandidateMasks.Of(labels, present, modules.Device).Concat(networks.Select(network => TrainedMaps.MapOf(network.Network, pixels, present))).ToList();
        pairs.Add([.. maps.Select(map => new Candidate(map.mean().item<float>(), minimum(map, maps[0]).sum().item<float>() / Math.Max(1e-9, maximum(map, maps[0]).sum().item<float>()), Losses(pixels, map, present)))]);
    }

    public IReadOnlyList<CandidateLoss> Results() => pairs.Count == 0 ? [] :
    [
        .. Names.Select((name, candidate) => new CandidateLoss(
            name, pairs.Average(pair => pair[candidate].Area), terms.Select((term, index) => (term.Name, Value: pairs.Average(pair => pair[candidate].Terms[index]))).ToDictionary(term => term.Name, term => term.Value, StringComparer.Ordinal),
            pairs.Average(pair => pair[candidate].Total), pairs.Count(pair => IsBelow(pair[candidate], pair[0])) / (double)pairs.Count)),
    ];

    /// <returns>Weighted.</returns>
    private double[] Losses(Tensor pixels, Tensor map, int present)
    {
        using var scope = NewDisposeScope();
        var maps = zeros(1, classes.shape[0], map.shape[0], map.shape[1], device: map.device);
        maps[0, present] = map;
        var judged = new JudgedBatch(
            terms.Aggregate(JudgedFeatures.None, (reads, term) => reads | term.Term.Reads), maps, pixels, [(0, present)], clip, () => classes[TensorIndex.Slice(present, present + 1)], backgrounds);
        return [.. terms.Select(term => term.Term.Weight * term.Term.Compute(judged).item<float>())];
    }

    private static bool IsBelow(Candidate candidate, Candidate truth) => candidate.Overlap < Same && candidate.Total < truth.Total;

    /// <param name="Overlap">Intersection over union with the true mask.</param>
    /// <param name="Terms">Weighted.</param>
    private sealed record Candidate(double Area, double Overlap, double[] Terms)
    {
        public double Total { get; } = Terms.Sum();
    }
}
