using CsCheck;

namespace Pole.Data.Tests;

/// <summary>Names of files for any id.</summary>
public sealed class SampleNameTests
{
    private static readonly string[] Odd = ["CON", "con.txt", "nul", "a", "A", "cat/001", "a.", "a ", ".a", "..", "a//b", "/", "COM1", "IMG_0001"];

    private static readonly Gen<string> Ids = Gen.OneOf(Gen.String, Gen.String[Gen.Char["aAbB.:/ ~%\\?*é\0"], 0, 12], Gen.Int[0, Odd.Length - 1].Select(index => Odd[index]));

    [TestCase("2007_000032", "2007_000032")]
    [TestCase("cat/001", "cat/001")]
    [TestCase("a:b", "a%3Ab")]
    [TestCase("CON", "%43ON~7")]
    [TestCase("nul.1", "%6Eul.1")]
    [TestCase("a.", "a%2E")]
    [TestCase("../x", "%2E%2E/x")]
    [TestCase("IMG_1", "IMG_1~7")]
    [TestCase("100%", "100%25")]
    public void An_id_has_a_name_that_every_file_system_takes(string id, string name) => Assert.That(SampleName.Encode(id), Is.EqualTo(name));

    [Test]
    public void Every_id_comes_back_from_its_name() => Ids.Sample(id => SampleName.Decode(SampleName.Encode(id)) == id);

    [Test]
    public void Two_ids_have_two_names_where_upper_and_lower_case_are_the_same() =>
        Gen.Select(Ids, Ids).Sample((one, other) => one == other || !string.Equals(SampleName.Encode(one), SampleName.Encode(other), StringComparison.OrdinalIgnoreCase));

    [Test]
    public void A_name_has_nothing_that_Windows_refuses() => Ids.Sample(id => SampleName.Encode(id).Split('/').All(part =>
        part.Length > 0 && part.All(character => character >= ' ' && !"<>:\"\\|?*".Contains(character, StringComparison.Ordinal)) && part[^1] is not ('.' or ' ') && part[0] != '.'
        && !new[] { "CON", "PRN", "AUX", "NUL", "COM1", "LPT9" }.Contains(part.Split('.')[0].ToUpperInvariant())));
}
