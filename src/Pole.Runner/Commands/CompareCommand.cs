using System.CommandLine;
using Pole.Runner.Comparing;

namespace Pole.Runner.Commands;

/// <summary>How a comparison is printed.</summary>
internal enum CompareFormat
{
    Text,
    Markdown,

    /// <summary>One row a run, as <see cref="Json"/>.</summary>
    Csv,
    Json,
    Latex,
    Html,
}

/// <summary><c>pole compare A B C…</c>: runs that ended, side by side, seeds put together.</summary>
internal static class CompareCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var names = new Argument<string[]>("runs") { Description = "Experiments, sweeps, patterns such as 'shapes/seeds/*', or folders of runs; differences are to the first.", Arity = ArgumentArity.OneOrMore };
        var format = new Option<CompareFormat>("--format") { Description = "text, markdown, latex (booktabs) or html, a row a specification; csv or json, a row a run with every key that differs, for a program.", DefaultValueFactory = _ => CompareFormat.Text };
        var output = new Option<string?>("--output") { Description = "Folder for the comparison in every format, with its figures." };
        var runs = RunsOption.Create();
        var command = new Command("compare", "Compare runs: scores over seeds, what differs in their specs, and whether the difference holds on other images.") { names, format, output, runs };
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var search = new RunSearch(RunsOption.Of(parsed, runs), experiments);
            var found = parsed.GetRequiredValue(names).SelectMany(search.Find).ToList();
            var title = string.Join(", ", parsed.GetRequiredValue(names));
            // A table of runs needs no step in common, and does not wait for the bootstrap.
            var comparison = new Lazy<RunComparison>(() => RunComparison.Of(found));
            // What cannot be written is said before anything is printed.
            if (parsed.GetValue(output) is not null) _ = comparison.Value;
            foreach (var warning in RunComparison.WarningsOf([.. found.Select(run => run.Record)]).Prepend(search.Warning).OfType<string>()) Console.Error.WriteLine($"warning: {warning}");
            switch (parsed.GetValue(format))
            {
                case CompareFormat.Markdown: Console.Write(ComparisonText.Markdown(comparison.Value)); break;
                case CompareFormat.Csv: Console.Write(RunTableText.Csv(RunTable.Of(found))); break;
                case CompareFormat.Json: Console.Write(RunTableText.Json(RunTable.Of(found))); break;
                case CompareFormat.Latex: Console.Write(ComparisonText.Latex(comparison.Value)); break;
                case CompareFormat.Html: Console.Write(ComparisonPage.Write(title, comparison.Value)); break;
                default: ComparisonTable.Print(comparison.Value); break;
            }

            if (parsed.GetValue(output) is { } folder) Console.Error.WriteLine(ComparisonFiles.Write(Path.GetFullPath(folder), title, comparison.Value));
        }));
        return command;
    }
}
