namespace Pole.Pipeline.Evaluation;

/// <summary>
/// The names of the ways from a CAM to scored labels. The same CAMs give other numbers by each, so that a number without its mode
/// compares with none.
/// </summary>
public static class CamMode
{
    /// <summary>The background scores a constant, chosen beforehand: what <c>cam.threshold</c> says.</summary>
    public static string Threshold(double threshold) => FormattableString.Invariant($"{ChainScore.Cam}, threshold {threshold:0.####}");

    /// <summary>The background scores the constant that gives the highest mIoU on the images that are measured.</summary>
    public static string BestThreshold(double threshold) => FormattableString.Invariant($"{ChainScore.Cam}, best threshold {threshold:0.####}");

    /// <summary>The background scores (1 − the strongest CAM) to a power.</summary>
    public static string Power(double gamma) => FormattableString.Invariant($"{ChainScore.Cam}, background (1 − max)^{gamma:0.####}");

    /// <summary>The labels of a mode refined by the dense CRF, in IRNet's form.</summary>
    public static string WithCrf(string mode) => $"{mode} + CRF";

    /// <summary>
    /// The constant that labels the same pixels as a power: both backgrounds lose where the strongest CAM exceeds the root t of
    /// t = (1 − t)^γ, of which there is one between 0 and 1.
    /// </summary>
    public static double EquivalentThreshold(double gamma)
    {
        var (low, high) = (0.0, 1.0);
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            if (middle < Math.Pow(1 - middle, gamma)) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }
}
