using System.Globalization;

namespace Pole.Runner.Reports;

/// <summary>Shares as people read them: in percent, to a tenth.</summary>
internal static class Percentage
{
    /// <param name="share">0…1; null or NaN where there is none.</param>
    public static string Of(double? share) => share is { } given && !double.IsNaN(given) ? (100 * given).ToString("f1", CultureInfo.InvariantCulture) : "–";
}
