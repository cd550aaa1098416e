using System.Reflection;
using Pole.Specs.Diagnostics;

namespace Pole.Generators.Tests;

/// <summary>The table of rules, from which ids, titles and docs/diagnostics.md are made.</summary>
public sealed class SpecRuleTests
{
    private static IEnumerable<SpecRule> Declared => typeof(SpecRules).GetFields(BindingFlags.Public | BindingFlags.Static).Select(rule => (SpecRule)rule.GetValue(null)!);

    [Test]
    public void Every_rule_is_in_the_table_under_an_id_of_its_own() => Assert.That(SpecRules.All.Select(rule => rule.Id), Is.EqualTo(Declared.Select(rule => rule.Id).Order(StringComparer.Ordinal)).And.Unique);

    [TestCaseSource(nameof(Declared))]
    public void Every_rule_says_what_is_wrong_or_what_to_do(SpecRule rule) => Assert.That(rule.Meaning + rule.Fix, Does.EndWith("."));
}
