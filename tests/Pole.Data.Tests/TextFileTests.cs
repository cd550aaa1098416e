using System.Text;

namespace Pole.Data.Tests;

public sealed class TextFileTests
{
    [TestCase("latin-1", 1, 13, new byte[] { 0x64, 0x65, 0x73, 0x63, 0x72, 0x69, 0x70, 0x74, 0x69, 0x6F, 0x6E, 0x3A, 0xEF })]
    [TestCase("cut off", 2, 1, new byte[] { 0x61, 0x0A, 0xC3 })]
    [TestCase("after what is UTF-8", 2, 2, new byte[] { 0xC3, 0xA9, 0x0D, 0x0A, 0x61, 0xE9, 0x62 })]
    [TestCase("an encoded surrogate", 1, 1, new byte[] { 0xED, 0xA0, 0x80 })]
    public void Bytes_that_are_not_UTF_8_are_an_error_at_the_first(string what, int line, int column, byte[] bytes) =>
        Assert.That(() => TextFile.Decode("x", bytes), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"x({line},{column}): the file is not UTF-8: the byte 0x"), what);

    [Test]
    public void UTF_16_is_refused_with_and_without_a_byte_order_mark()
    {
        Assert.That(() => TextFile.Decode("x", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a: 1")]), Throws.InstanceOf<ExperimentException>().With.Message.Contains("not UTF-8 but UTF-16"));
        Assert.That(() => TextFile.Decode("x", Encoding.Unicode.GetBytes("a: 1")), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith("x(1,2): a zero byte"));
    }

    [Test]
    public void A_byte_order_mark_is_no_text() => Assert.That(TextFile.Decode("x", "\uFEFFé"u8), Is.EqualTo("é"));
}
