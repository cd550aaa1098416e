using Pole.Specs.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pole.Specs.Yaml;

/// <summary>Reads one YAML document into a tree with positions. Anchors, aliases and tags other than <see cref="YamlTag"/>'s are refused: a reviewer should see every value where it is used.</summary>
public sealed class YamlReader
{
    /// <summary>No spec has a use for more, and whoever goes through a tree level by level needs a bound.</summary>
    private const int DeepestNesting = 64;

    /// <summary>Characters of one text: each becomes a literal in C#, whose compiler has 16 MB for all of them.</summary>
    private const int LongestText = 50_000;

    private readonly string path;
    private readonly string text;
    private readonly Scanner scanner;
    private readonly Parser parser;
    private readonly List<SpecDiagnostic> diagnostics = [];
    private int depth;

    private YamlReader(string path, string text)
    {
        (this.path, this.text) = (path, text);
        scanner = new Scanner(new StringReader(text));
        parser = new Parser(scanner);
    }

    /// <returns>The root, or null where the document is empty or cannot be read.</returns>
    public static (YamlNode? Root, EquatableArray<SpecDiagnostic> Diagnostics) Read(string path, string text)
    {
        if (UnreadableCharacter.Find(path, text) is { } unreadable) return (null, new[] { unreadable }.ToEquatableArray());
        var reader = new YamlReader(path, text);
        try
        {
            return (reader.ReadDocument(), reader.diagnostics.ToEquatableArray());
        }
        catch (YamlException exception)
        {
            // YamlDotNet gives some of its scanner's errors no place: the scanner stands where it gave up.
            var hasPlace = exception is not SyntaxErrorException || exception.Start.Index > 0 || exception.End.Index > 0;
            var span = hasPlace ? reader.Span(exception.Start, exception.End) : reader.Span(reader.scanner.CurrentPosition, reader.scanner.CurrentPosition);
            // A tab may stand in front of what goes on with a quoted text or a bracket: only the scanner knows whether it indents.
            var message = exception.Message.Contains(" tab ") && reader.LeadingTab(span) is { } tab
                ? new SpecDiagnostic(SpecRules.YamlSyntax, tab, "a tab cannot indent YAML; use spaces")
                : new SpecDiagnostic(SpecRules.YamlSyntax, span, $"YAML cannot be read: {SyntaxFault.Describe(exception.Message, text, span.Start)}");
            return (null, new[] { message }.ToEquatableArray());
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet's scanner fails this way on a plain scalar with ':' inside an open bracket; the last event is where it stood.
            var last = reader.parser.Current;
            var span = last is null ? SourceSpan.StartOf(path) : reader.Span(last.End, last.End);
            return (null, new[] { new SpecDiagnostic(SpecRules.YamlSyntax, span, "YAML cannot be read after this point; is a bracket, a brace or a quote not closed?") }.ToEquatableArray());
        }
    }

    private YamlNode? ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _)) return null;
        parser.Consume<DocumentStart>();
        var root = ReadNode();
        parser.Consume<DocumentEnd>();
        if (parser.TryConsume<DocumentStart>(out var second))
            diagnostics.Add(new SpecDiagnostic(SpecRules.YamlSyntax, Span(second.Start, second.End), "a spec is one YAML document; put the second one into a file of its own"));
        return root;
    }

    private YamlNode ReadNode()
    {
        if (parser.TryConsume<AnchorAlias>(out var alias)) throw new YamlException(alias.Start, alias.End, "aliases are not supported; write the value out, or put it into a base and extend that");
        if (parser.Current is NodeEvent { Anchor.IsEmpty: false } anchored) throw new YamlException(anchored.Start, anchored.End, "anchors are not supported; put what is shared into a base and extend that");
        if (parser.Current is not NodeEvent node) throw new YamlException(parser.Current!.Start, parser.Current.End, "a value is missing here");
        var tag = ReadTag(node);
        if (node is Scalar { Value.Length: > LongestText } endless) throw new YamlException(node.Start, node.Start, $"the text has {endless.Value.Length} characters, more than {LongestText}");
        if (parser.TryConsume<Scalar>(out var scalar)) return new YamlScalar(Span(scalar.Start, scalar.End), scalar.Value, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)) { Tag = tag };
        if (++depth > DeepestNesting) throw new YamlException(node.Start, node.Start, $"values are nested deeper than {DeepestNesting} levels");
        YamlNode value = parser.TryConsume<SequenceStart>(out var sequence) ? ReadList(sequence) : ReadMap(parser.Consume<MappingStart>());
        depth--;
        return value with { Tag = tag };
    }

    private YamlList ReadList(SequenceStart start)
    {
        var items = new List<YamlNode>();
        while (!parser.Accept<SequenceEnd>(out _)) items.Add(ReadNode());
        parser.Consume<SequenceEnd>();
        return new YamlList(Span(start.Start, start.End), items.ToEquatableArray());
    }

    private static YamlTag ReadTag(NodeEvent node) => node.Tag.IsEmpty ? YamlTag.None : node.Tag.Value switch
    {
        "!append" => YamlTag.Append,
        "!remove" => YamlTag.Remove,
        "!include" => YamlTag.Include,
        var other => throw new YamlException(node.Start, node.End, $"there is no tag '{other}'; there are !append, !remove and !include"),
    };

    private YamlMap ReadMap(MappingStart start)
    {
        var entries = new List<YamlEntry>();
        while (!parser.Accept<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key)) throw new YamlException(parser.Current!.Start, parser.Current.End, "a key must be a single word");
            var span = Span(key.Start, key.End);
            var value = ReadNode();
            if (entries.FirstOrDefault(entry => entry.Key == key.Value) is { } earlier)
                diagnostics.Add(new SpecDiagnostic(SpecRules.DuplicateKey, span, $"'{key.Value}' is given twice; the first is in line {earlier.KeySpan.StartLine + 1}"));
            else
                entries.Add(new YamlEntry(key.Value, span, value));
        }

        parser.Consume<MappingEnd>();
        // A pair in a list, [otm, btm: 5], begins where its key does.
        return new YamlMap(start is { Start.Index: 0, End.Index: 0 } && entries.Count > 0 ? entries[0].KeySpan : Span(start.Start, start.End), entries.ToEquatableArray());
    }

    private SourceSpan Span(Mark start, Mark end)
    {
        // Marks at the end may lie one behind the text.
        var (from, to) = (Math.Min((int)start.Index, text.Length), Math.Min(Math.Max((int)start.Index, (int)end.Index), text.Length));
        return new SourceSpan(path, from, to - from, (int)start.Line - 1, (int)start.Column - 1, Math.Max((int)end.Line - 1, (int)start.Line - 1), (int)end.Column - 1);
    }

    /// <summary>The first tab in the indentation of the lines between the beginning of what was read and the place where the scanner gave up.</summary>
    private SourceSpan? LeadingTab(SourceSpan span)
    {
        var last = Math.Max(span.EndLine, (int)scanner.CurrentPosition.Line - 1);
        for (var (line, start) = (0, 0); line <= last && start < text.Length; line++)
        {
            var indentation = start;
            while (indentation < text.Length && text[indentation] == ' ') indentation++;
            if (line >= span.StartLine && indentation < text.Length && text[indentation] == '\t') return new SourceSpan(path, indentation, 1, line, indentation - start, line, indentation - start + 1);
            start = NextLine(start);
        }

        return null;
    }

    private int NextLine(int start)
    {
        while (start < text.Length && !UnreadableCharacter.IsLineEnd(text, start)) start++;
        return start + 1;
    }
}
