using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Pole.Generators.Tests;

/// <summary>What the compiler decoded with another encoding is no spec, on machines with a code page as on those without.</summary>
public sealed class EncodingTests
{
    [Test]
    public void Bytes_that_the_compiler_read_in_a_code_page_are_reported_at_the_first_that_is_not_UTF_8()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("description: é.\nprompt: { template: \"ä na"), 0xEF, .. "ve {}\" }\n"u8];

        var fault = SpecText.EncodingFault("a.yaml", SourceText.From(new MemoryStream(bytes), Encoding.Latin1))!;

        Assert.That((fault.Id, fault.Span.StartLine + 1, fault.Span.StartColumn + 1), Is.EqualTo(("POLE0001", 2, 26)));
        Assert.That(fault.Message, Does.Contain("the byte 0xEF"));
    }

    [Test]
    public void UTF_8_is_read_with_and_without_a_byte_order_mark([Values] bool hasMark) =>
        Assert.That(SpecText.EncodingFault("a.yaml", Text("description: é\n", new UTF8Encoding(hasMark))), Is.Null);

    [TestCase("utf-16")]
    [TestCase("utf-16BE")]
    public void UTF_16_is_refused_by_its_name(string encoding) =>
        Assert.That(SpecText.EncodingFault("a.yaml", Text("description: x\n", Encoding.GetEncoding(encoding)))!.Message, Is.EqualTo($"the file is not UTF-8 but {encoding.ToUpperInvariant()}; save it as UTF-8"));

    private static SourceText Text(string text, Encoding encoding) => SourceText.From(new MemoryStream([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]));
}
