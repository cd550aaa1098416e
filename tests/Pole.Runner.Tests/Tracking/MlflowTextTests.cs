using Pole.Runner.Tracking;

namespace Pole.Runner.Tests.Tracking;

public sealed class MlflowTextTests
{
    [TestCase("prompt.synonyms", "prompt.synonyms")]
    [TestCase("stages[0].name", "stages.0.name")]
    [TestCase("clip/loss.otm", "clip/loss.otm")]
    [TestCase("iou/potted plant", "iou/potted plant")]
    [TestCase("Bäume", "Bäume")]
    [TestCase("a:b", "a_x003A_b")]
    [TestCase("50 %", "50 _x0025_")]
    [TestCase("a//b", "a_x002F__x002F_b")]
    [TestCase("/a", "_x002F_a")]
    [TestCase("a/", "a_x002F_")]
    [TestCase("a/../b", "a_x002F__x002E__x002E__x002F_b")]
    [TestCase("..", "_x002E__x002E_")]
    [TestCase("", "_")]
    [TestCase("a\nb", "a_x000A_b")]
    public void A_name_has_the_characters_that_MLflow_takes(string text, string name) => Assert.That(MlflowText.Name(text), Is.EqualTo(name));

    [Test]
    public void Long_names_stay_different()
    {
        var (one, other) = (MlflowText.Name($"{new string('a', 300)}1"), MlflowText.Name($"{new string('a', 300)}2"));

        Assert.That(one, Has.Length.EqualTo(250));
        Assert.That(other, Has.Length.EqualTo(250).And.Not.EqualTo(one));
    }

    [TestCase(6000, 6000)]
    [TestCase(6001, 6000)]
    public void A_long_value_is_cut_to_what_MLflow_takes(int given, int kept) => Assert.That(MlflowText.Value(new string('a', given), 6000), Has.Length.EqualTo(kept));

    [Test]
    public void A_value_is_not_cut_within_a_character() => Assert.That(MlflowText.Value("ab😀cdef", 4), Is.EqualTo("ab…"));
}
