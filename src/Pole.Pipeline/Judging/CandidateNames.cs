using Pole.Pipeline.Inference;
using static TorchSharp.torch;

namespace Pole.Pipeline.Judging;

/// <summary>The name that CLIP selects for a pair where the image is masked by the true mask, by trained maps, and not at all.</summary>
/// <param name="scores">Of the experiment's names.</param>
/// <param name="networks">Trained CAM networks, by name.</param>
internal sealed class CandidateNames(NameScores scores, ClipModel clip, Masking masking, IReadOnlyList<(string Name, CamNetwork Network)> networks, Device device)
{
    private readonly List<int[]> pairs = [];

    /// <param name="pixels"><c>[1, 3, H, W]</c>, ImageNet-normalised.</param>
    /// <param name="present">0-based.</param>
    public void Add(RgbImage image, Tensor pixels, LabelMap labels, int present)
    {
        using var scope = NewDisposeScope();
        var mask = CandidateMasks.MaskOf(labels, label => label == present + 1, device);
        var maps = stack([mask, .. networks.Select(network => TrainedMaps.MapOf(network.Network, pixels, present)), ones_like(mask)]).cpu();
        var features = MaskedFeatures.Embed(clip, image, maps, masking, device);
        pairs.Add([.. scores.Of("", features, [.. Enumerable.Repeat(present, (int)maps.shape[0])]).Select(candidates => candidates.Scores.ToList().IndexOf(candidates.Scores.Max()))]);
    }

    public IReadOnlyList<NameAgreement> Results() => pairs.Count == 0 ? [] :
    [
        .. networks.Select(network => network.Name).Prepend(CandidateMasks.True).Append(CandidateMasks.Whole)
            .Select((name, place) => new NameAgreement(name, pairs.Count(pair => pair[place] == pair[0]) / (double)pairs.Count, pairs.Count(pair => pair[place] == 0) / (double)pairs.Count)),
    ];
}
