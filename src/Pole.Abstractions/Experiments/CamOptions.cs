using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>CAM extraction and its evaluation (CLIMS, make_clims.py and eval_cam.py).</summary>
public sealed record CamOptions
{
    /// <summary>Where CAMs come from without a training. Left out: a network that is trained.</summary>
    public IModuleOptions<ICamSource, CamSourceBase>? Source { get; init; }

    /// <summary>The network that maps come from. Left out: <c>cam-network</c>, a backbone and a 1×1 classifier.</summary>
    public IModuleOptions<CamNetwork, CamBase>? Network { get; init; }

    /// <summary>Factors of the input size; each is run with its mirror image and the maps are summed.</summary>
    [Length(1, 64), Range(0.01, 16.0)] public IReadOnlyList<double> Scales { get; init; } = [1.0, 0.5, 1.5, 2.0];

    /// <summary>Score of the background against which the normalised CAMs compete.</summary>
    [Range(0.0, 1.0)] public double Threshold { get; init; } = 0.15;
}
