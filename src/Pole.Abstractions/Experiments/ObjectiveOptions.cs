using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>Weights of the CLIMS losses; the defaults are those of PASCAL VOC.</summary>
public sealed record ClimsLossOptions
{
    /// <summary>Object region and text label matching.</summary>
    [Range(0.0, 1e6)] public double Otm { get; init; } = 10;

    /// <summary>Background region and text label matching.</summary>
    [Range(0.0, 1e6)] public double Btm { get; init; } = 24;

    /// <summary>Co-occurring background suppression.</summary>
    [Range(0.0, 1e6)] public double Cbs { get; init; } = 1;

    /// <summary>Area regularisation.</summary>
    [Range(0.0, 1e6)] public double Reg { get; init; } = 0.2;

    /// <summary>Cosine above which a background prompt counts as seen in the foreground.</summary>
    [Range(-1.0, 1.0)] public double BackgroundThreshold { get; init; } = 0.26;
}
