using System.Globalization;
using System.Text.RegularExpressions;
using Pole.Zoo.Clip;

namespace Pole.Zoo.Tests;

/// <summary>The pattern of openai/CLIP, clip/simple_tokenizer.py, on code points instead of UTF-16.</summary>
public sealed partial class ClipWordsTests
{
    private static IEnumerable<int> Planes => Enumerable.Range(1, 16);

    [TestCaseSource(nameof(Planes))]
    public void A_code_point_outside_the_basic_plane_splits_as_one_of_its_category_does(int plane)
    {
        var wrong = new List<string>();
        for (var code = plane << 16; code < (plane + 1) << 16; code++)
        {
            var stand = StandIn(CharUnicodeInfo.GetUnicodeCategory(code));
            // Of other characters, which fill most planes, every 64th is enough.
            if (stand == '-' && code % 64 != 0) continue;
            var point = char.ConvertFromUtf32(code);
            var text = $"a{point}1{point}{point}!{point} {point}'s";
            var expected = Published().Matches(text.Replace(point, stand.ToString(), StringComparison.Ordinal)).Select(match => match.Value.Replace(stand.ToString(), point, StringComparison.Ordinal));
            if (!ClipWords.Of(text).SequenceEqual(expected)) wrong.Add($"U+{code:x}");
        }

        Assert.That(wrong, Is.Empty);
    }

    [TestCase("\U0001d7cf\U0001d7d0", new[] { "\U0001d7cf", "\U0001d7d0" }, TestName = "Digits_outside_the_basic_plane_are_words_of_their_own")]
    [TestCase("\U0001d41c\U0001d41a\U0001d42d.", new[] { "\U0001d41c\U0001d41a\U0001d42d", "." }, TestName = "Letters_outside_the_basic_plane_end_before_punctuation")]
    [TestCase("dog!<|endoftext|>", new[] { "dog", "!<|", "endoftext", "|>" }, TestName = "A_special_token_after_punctuation_is_part_of_it")]
    [TestCase("it's they'll'", new[] { "it", "'s", "they", "'ll", "'" }, TestName = "Contractions_are_words_of_their_own")]
    [TestCase("\ud835x\udc00", new[] { "\ud835", "x", "\udc00" }, TestName = "Half_a_surrogate_pair_is_no_letter")]
    public void Words_are_split(string text, string[] words) => Assert.That(ClipWords.Of(text), Is.EqualTo(words));

    private static char StandIn(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => 'я',
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => '7',
        _ => '-',
    };

    [GeneratedRegex(@"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Published();
}
