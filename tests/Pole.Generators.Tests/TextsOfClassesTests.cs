namespace Pole.Generators.Tests;

/// <summary>Files that give texts for classes, whatever they call them.</summary>
public sealed class TextsOfClassesTests
{
    [TestCase("corpora/toys.yaml", "duck: [duck, ~]\n", 1, 14, "a name of 'duck' is a text")]
    [TestCase("corpora/toys.yaml", "duck:\n  - duck\n  - \"  \"\n", 3, 5, "a name of 'duck' is a text")]
    [TestCase("corpora/toys.yaml", "duck: duck\n", 1, 7, "'duck' is a list of names, the ground-truth name first, such as [duck, …]")]
    [TestCase("descriptions/toys.yaml", "duck: [a duck., ~]\n", 1, 17, "a sentence about 'duck' is a text")]
    public void Nothing_and_blanks_are_no_texts(string path, string yaml, int line, int column, string message) =>
        DiagnosticTests.Expect(SpecCompilation.Of((path, yaml)), "POLE0003", path, line, column, message);
}
