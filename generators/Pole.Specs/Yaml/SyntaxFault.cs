namespace Pole.Specs.Yaml;

/// <summary>What YamlDotNet's scanner and parser say of a text, in the words of whoever writes specs: what stands there, and what to write instead.</summary>
internal static class SyntaxFault
{
    /// <param name="message">YamlDotNet's.</param>
    /// <param name="index">Where it gave up.</param>
    public static string Describe(string message, string text, int index)
    {
        var before = LineBefore(text, index);
        var found = index < text.Length ? text[index] : ' ';
        return message switch
        {
            _ when message.Contains("plain scalar value, found invalid mapping") => before.Contains(": ") || before.EndsWith(":", StringComparison.Ordinal)
                ? "an unquoted text cannot contain ': '; put the text in quotation marks"
                : "the line is indented deeper than the value above it allows; align its key with the key above",
            _ when message.Contains("multiline plain scalar, found invalid mapping") => "the text above this key is no key with a value; write 'key: value', with a colon and a blank",
            _ when message.Contains("block mapping, did not find expected key") && before.Trim().Length > 0 => "the value has ended before this; write a quotation mark inside '…' twice, or put the whole text in quotation marks",
            _ when message.Contains("block mapping, did not find expected key") => found == '-'
                ? "a list item stands where a key is expected; indent the list below its key"
                : "the indentation is that of no key above; align the line with one, and quote a text that continues on it",
            _ when message.Contains("did not find expected '-' indicator") => "the line continues neither the list above nor its last item; begin it with '- ', or align it with the keys of the item",
            _ when message.Contains("did not find expected ',' or '") && found == '{' && before.EndsWith("$", StringComparison.Ordinal) => "a reference inside brackets or braces needs quotation marks: '${…}'",
            _ when message.Contains("did not find expected ',' or ']'") => "a list in brackets needs ',' between items and ']' at its end",
            _ when message.Contains("did not find expected ',' or '}'") => "a map in braces needs ',' between entries and '}' at its end",
            _ when message.Contains("quoted scalar, found unexpected end of stream") || message.Contains("quoted scalar, found wrong indentation") => "the quotation mark is not closed",
            _ when message.Contains("unknown escape character") => @"a backslash begins an escape inside ""…""; write it twice, or use single quotation marks",
            _ when message.Contains("cannot start any token") => $"an unquoted text cannot begin with '{found}'; put the text in quotation marks",
            _ when message.Contains("did not find expected node content") && index >= text.Length => "the text ends inside a bracket or a brace; close it",
            _ when message.Contains("did not find expected node content") => $"a value is expected before '{found}'; a text that begins with it needs quotation marks",
            _ when message.Contains("Block sequence entries are not allowed") => "a list cannot begin on the line of its key; begin it on the next line, or write [a, b]",
            _ when message.Contains("Mapping values are not allowed") => "a key is followed by one ':'; put a text that contains ': ' in quotation marks",
            _ when message.Contains("block scalar, did not find expected comment") => "nothing else can stand on the line of '>' or '|'; begin the text on the next line",
            _ when message.Contains("expected <document start>") => "a line that begins with '%' is a directive; leave it out",
            _ => message,
        };
    }

    private static string LineBefore(string text, int index)
    {
        var start = Math.Min(index, text.Length);
        while (start > 0 && text[start - 1] is not ('\n' or '\r')) start--;
        return text.Substring(start, Math.Min(index, text.Length) - start);
    }
}
