using Pole.Pipeline.Training;

namespace Pole.Pipeline.Tests;

/// <summary>What a rule from outside may answer.</summary>
public sealed class SelectionRuleBoundsTests
{
    [TestCase(2, "Rule chooses name 2 of 2 for class 'bird' of image 'one'")]
    [TestCase(-1, "Rule chooses name -1 of 2 for class 'bird' of image 'one'")]
    public void A_place_that_no_name_has_is_told_with_image_and_class(int place, string fault) =>
        Assert.That(() => PromptChoices.By(new Rule([place]), [PromptChoice.Candidates("one", 0, "bird", ["bird", "owl"], [])]), Throws.InvalidOperationException.With.Message.EqualTo(fault));

    [Test]
    public void Every_candidate_gets_a_place() =>
        Assert.That(() => PromptChoices.By(new Rule([]), [PromptChoice.Candidates("one", 0, "bird", ["bird", "owl"], [])]), Throws.InvalidOperationException.With.Message.EqualTo("Rule chooses 0 names for 1 classes of images"));

    private sealed class Rule(IReadOnlyList<int> places) : ISelectionRule
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<NameCandidates> candidates) => places;
    }
}
