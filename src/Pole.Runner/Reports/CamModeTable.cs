using Pole.Pipeline.Evaluation;
using Pole.Pipeline.External;
using Pole.Runner.Formats;

namespace Pole.Runner.Reports;

/// <summary>One row for each mode that CAMs were scored by.</summary>
internal static class CamModeTable
{
    public static void Print(IReadOnlyList<CamModeScore> rows)
    {
        var table = new TextTable("scored as").Numbers("mIoU %").Texts("");
        foreach (var row in rows) table.Row(row.Mode, Percentage.Of(row.MeanIou), row.Remark);
        table.Print();
    }

    /// <summary>Which of the modes a run of the experiment has.</summary>
    public static string OwnMode(Experiment experiment) =>
        $"runs of {experiment.Name} score \"{CamMode.Threshold(experiment.Cam.Threshold)}\" (cam.threshold), without CRF; pixels of low confidence become 255 in training masks only";
}
