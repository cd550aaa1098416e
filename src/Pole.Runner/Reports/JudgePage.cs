using System.Globalization;
using Pole.Pipeline.Judging;
using Pole.Runner.Reports.Html;

namespace Pole.Runner.Reports;

/// <summary>A judge's measurements for a person.</summary>
internal static class JudgePage
{
    public static string Of(Experiment experiment, JudgeReport report)
    {
        var page = new HtmlPage($"Judge of {experiment.Name}").Paragraph(Summary(experiment, report));
        var criteria = new HtmlTable(["", "measured", "needed", "cases", "verdict"]);
        foreach (var criterion in report.Criteria) criteria.Row(criterion.Question, Value(criterion), Bound(criterion), HtmlCell.Number(criterion.Cases, "f0"), Verdict(criterion));
        page.Heading("What a judge needs").Table(criteria);
        if (report.Candidates.Count > 0) Losses(page, report.Candidates);
        if (report.Names.Count > 0) Names(page, report.Names);
        return page.ToString();
    }

    private static void Losses(HtmlPage page, IReadOnlyList<CandidateLoss> candidates)
    {
        var terms = candidates[0].Terms.Keys.ToList();
        var losses = new HtmlTable(["mask", "area %", .. terms, "total", "below the true mask in % of pairs"]);
        foreach (var candidate in candidates)
            losses.Row([candidate.Name, HtmlCell.Percent(candidate.Area), .. terms.Select(term => HtmlCell.Number(candidate.Terms[term], "f2")), HtmlCell.Number(candidate.Total, "f2"), HtmlCell.Percent(candidate.BelowTruth)]);
        page.Heading("The objective at masks that a training could end with").Quiet("Weighted terms, in the mean over pairs. A training goes where the total is low: a method can be told from another only where that is the true mask.").Table(losses);
    }

    private static void Names(HtmlPage page, IReadOnlyList<NameAgreement> rows)
    {
        var names = new HtmlTable(["image masked by", "name as at the true mask %", "ground-truth name %"]);
        foreach (var row in rows) names.Row(row.Mask, HtmlCell.Percent(row.AsAtTruth), HtmlCell.Percent(row.GroundTruthName));
        page.Heading("The name that is selected behind masks").Quiet("A selection can only gain where CLIP's choice depends on what is seen, and only err where maps show it something else than the true mask does.").Table(names);
    }

    public static string Summary(Experiment experiment, JudgeReport report)
    {
        var lacking = report.Criteria.Count(criterion => !criterion.Holds);
        var verdict = lacking == 0 ? "has what a judge needs" : $"lacks {lacking} of {report.Criteria.Count} things that a judge needs: differences between methods may be its own";
        return $"{experiment.Name}: CLIP {verdict}; {report.Images} images of {report.Split}, {report.Pairs} pairs of an image and a class in it";
    }

    public static string Value(JudgeCriterion criterion) => criterion.Cases == 0 ? "–" : Shown(criterion, criterion.Value);

    public static string Bound(JudgeCriterion criterion) => $"{(criterion.IsLowerBound ? "≥" : "≤")} {Shown(criterion, criterion.Bound)}";

    public static string Verdict(JudgeCriterion criterion) => criterion.Cases == 0 ? "none to ask" : criterion.Holds ? "holds" : "does not hold";

    private static string Shown(JudgeCriterion criterion, double value) => criterion.IsShare ? $"{Percentage.Of(value)} %" : value.ToString("f2", CultureInfo.InvariantCulture);
}
