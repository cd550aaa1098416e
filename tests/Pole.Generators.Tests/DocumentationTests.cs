using System.Reflection;
using Pole.Specs.Diagnostics;

namespace Pole.Generators.Tests;

public sealed class DocumentationTests
{
    private static readonly string Page = Path.Combine(CheckedInSpecs.Root, "..", "docs", "diagnostics.md");

    private static IEnumerable<string> Ids => typeof(RuleIds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(constant => (string)constant.GetValue(null)!);

    [TestCaseSource(nameof(Ids))]
    public void Every_diagnostic_has_its_place_in_the_docs(string id) => Assert.That(File.ReadLines(Page).Count(line => line.StartsWith($"## {id} ", StringComparison.Ordinal)), Is.EqualTo(1));
}
