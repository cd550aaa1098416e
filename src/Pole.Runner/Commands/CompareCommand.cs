using System.CommandLine;
using Pole.Runner.Comparing;

namespace Pole.Runner.Commands;

/// <summary>How a comparison is printed.</summary>
internal enum CompareFormat
{
    Text,
    Markdown,
    Csv,
    Latex,
    Html,
}

/// <summary><c>pole compare A B C…</c>: runs that ended, side by side, seeds put together.</summary>
internal static class CompareCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var names = new Argument<string[]>("runs") { Description = "Experiments, sweeps, patterns such as 'shapes/seeds/*', or folders of runs; differences are to the first.", Arity = ArgumentArity.OneOrMore };
        var format = new Option<CompareFormat>("--format") { Description = "text, markdown, csv, latex (booktabs) or html.", DefaultValueFactory = _ => CompareFormat.Text };
        var output = new Option<string?>("--output") { Description = "Folder for the comparison in every format, with its figures." };
        var runs = RunsOption.Create();
        var command = new Command("compare", "Compare runs: scores over seeds, what differs in their specs, and whether the difference holds on other images.") { names, format, output, runs };
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var search = new RunSearch(RunsOption.Of(parsed, runs), experiments);
            var comparison = RunComparison.Of(parsed.GetRequiredValue(names).SelectMany(search.Find).ToList());
            var title = string.Join(", ", parsed.GetRequiredValue(names));
            foreach (var warning in comparison.Warnings) Console.Error.WriteLine($"warning: {warning}");
            switch (parsed.GetValue(format))
            {
                case CompareFormat.Markdown: Console.Write(ComparisonText.Markdown(comparison)); break;
                case CompareFormat.Csv: Console.Write(ComparisonText.Csv(comparison)); break;
                case CompareFormat.Latex: Console.Write(ComparisonText.Latex(comparison)); break;
                case CompareFormat.Html: Console.Write(ComparisonPage.Write(title, comparison)); break;
                default: ComparisonTable.Print(comparison); break;
            }

            if (parsed.GetValue(output) is { } folder) Console.Error.WriteLine(ComparisonFiles.Write(Path.GetFullPath(folder), title, comparison));
        }));
        return command;
    }
}
