using System.Text;
using System.Text.RegularExpressions;
using Pole.Data.Imaging;
using Pole.Pipeline.External;

namespace Pole.Runner.Tests.Fuzzing;

/// <summary>Damage to one file, chosen by a random number; undone when it is disposed.</summary>
internal sealed partial class Mutation : IDisposable
{
    private static readonly string[] TextEndings = [".json", ".jsonl", ".xml", ".txt", ".yaml", ".csv"];

    private static readonly string[] OddValues = ["-1", "0", "1.5", "1e308", "-1e308", "99999999999999999999999", "2147483648", "9223372036854775807", "NaN", "null", "\"x\"", "\"\"", "[]", "{}", "true", "\"\\u0000\"", "[null]", "[[[[]]]]"];

    private static readonly string[] OddNames = ["a b", "ä€😀", "-rf", "x.y.z", "%s", "$(id)", "a\nb", "con", new('n', 200)];

    private static readonly (string Name, byte[] Content)[] Impostors =
    [
        ("an empty file", []), ("an HTML page", "<!DOCTYPE html><html><body>404</body></html>"u8.ToArray()), ("a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"u8.ToArray()),
        ("null", "null"u8.ToArray()), ("an empty object", "{}"u8.ToArray()), ("an empty list", "[]"u8.ToArray()), ("a number", "7"u8.ToArray()), ("deep nesting", Encoding.ASCII.GetBytes(new string('[', 200_000))),
        ("deep XML", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("<a>", 100_000)))), ("a zip", "PK\u0005\u0006\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"u8.ToArray()), ("a PNG signature", [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]), ("a BOM", [0xEF, 0xBB, 0xBF]), ("not UTF-8", [0xFF, 0xFE, 0xC3, 0x28]),
    ];

    private readonly string path;
    private readonly byte[] original;
    private string? renamed;

    private Mutation(string path) => (this.path, original) = (path, File.ReadAllBytes(path));

    /// <summary>For a message.</summary>
    public string Description { get; private set; } = "";

    /// <param name="others">Files that may stand in the place of it.</param>
    public static Mutation Of(string path, IReadOnlyList<string> others, Random random)
    {
        var mutation = new Mutation(path);
        mutation.Description = mutation.Apply(others, random);
        return mutation;
    }

    public void Dispose()
    {
        if (renamed is not null) File.Delete(renamed);
        if (Directory.Exists(path)) Directory.Delete(path);
        File.Delete(path);
        File.WriteAllBytes(path, original);
    }

    private string Apply(IReadOnlyList<string> others, Random random)
    {
        var isText = TextEndings.Contains(Path.GetExtension(path));
        switch (random.Next(isText ? 26 : 18))
        {
            case 0: return Write("cut", original[..random.Next(original.Length + 1)]);
            case 1: return Write("cut near its end", original[..Math.Max(0, original.Length - 1 - random.Next(20))]);
            case 2 or 3: return Write("flipped bytes", Changed(bytes => { for (var count = 1 + random.Next(8); count > 0; count--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8)); }));
            case 4: return Write("random bytes near its beginning", Changed(bytes => { for (var count = 1 + random.Next(4); count > 0; count--) bytes[random.Next(Math.Min(bytes.Length, 200))] = (byte)random.Next(256); }));
            case 5: return Write("zeroed range", Changed(bytes => bytes.AsSpan(random.Next(bytes.Length)) is var rest && random.Next(rest.Length) is var length ? rest[..length] : []));
            case 6: return Write("a range twice", random.Next(original.Length + 1) is var from && from + random.Next(original.Length - from + 1) is var to ? [.. original[..to], .. original[from..]] : []);
            case 7: return Write("a range missing", random.Next(original.Length + 1) is var start && start + random.Next(original.Length - start + 1) is var end ? [.. original[..start], .. original[end..]] : []);
            case 8 or 9: return Impostors[random.Next(Impostors.Length)] is var (name, content) ? Write(name, content) : "";
            case 10: return others[random.Next(others.Count)] is var other ? Write($"the content of {Path.GetFileName(other)}", File.ReadAllBytes(other)) : "";
            case 11: return Replace("a folder", () => Directory.CreateDirectory(path));
            case 12: return Replace("a dangling link", () => File.CreateSymbolicLink(path, path + ".nowhere"));
            case 13: return Replace("missing", () => { });
            case 14: return Write("no permission", original, () => { if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.None); });
            case 15: return Rename(OddNames[random.Next(OddNames.Length)]);
            case 16: return Write("other digits", Digits(random));
            case 17: return OtherValid(random);
            default: return Write("odd text", Encoding.UTF8.GetBytes(OddText(Encoding.UTF8.GetString(original), random)));
        }
    }

    private byte[] Changed(Action<byte[]> change)
    {
        var bytes = original.ToArray();
        if (bytes.Length > 0) change(bytes);
        return bytes;
    }

    private byte[] Changed(Func<byte[], Span<byte>> range)
    {
        var bytes = original.ToArray();
        if (bytes.Length > 0) range(bytes).Clear();
        return bytes;
    }

    private byte[] Digits(Random random) => Changed(bytes =>
    {
        var places = Enumerable.Range(0, Math.Min(bytes.Length, 2000)).Where(place => char.IsAsciiDigit((char)bytes[place])).ToArray();
        if (places.Length == 0) return;
        for (var count = 1 + random.Next(3); count > 0; count--) bytes[places[random.Next(places.Length)]] = (byte)"0123456789-"[random.Next(11)];
    });

    private static string OddText(string text, Random random)
    {
        string Pick(Regex pattern, Func<string, string> replace) => pattern.Matches(text) is { Count: > 0 } found && found[random.Next(found.Count)] is var match ? $"{text[..match.Index]}{replace(match.Value)}{text[(match.Index + match.Length)..]}" : text + OddValues[random.Next(OddValues.Length)];
        var lines = text.Split('\n');
        var line = random.Next(lines.Length);
        return random.Next(8) switch
        {
            0 => string.Join('\n', [.. lines[..line], lines[line], .. lines[line..]]),
            1 => string.Join('\n', [.. lines[..line], .. lines[(line + 1)..]]),
            2 or 3 => Pick(Number(), _ => OddValues[random.Next(OddValues.Length)]),
            4 => Pick(Quoted(), _ => OddValues[random.Next(OddValues.Length)]),
            5 => Pick(Bracket(), bracket => bracket switch { "{" => "[", "[" => "{", "}" => "]", _ => "" }),
            6 => Pick(Word(), _ => OddNames[random.Next(OddNames.Length)]),
            _ => Pick(Pair(), pair => $"{pair}{(pair.EndsWith(',') ? "" : ",")}{pair}"),
        };
    }

    /// <summary>A whole file of the same kind that does not belong there.</summary>
    private string OtherValid(Random random)
    {
        var (width, height) = random.Next(3) switch { 0 => (1, 1), 1 => (40, 48), _ => (48, 40) };
        switch (Path.GetExtension(path))
        {
            case ".png":
                IndexedPng.Write(path, new LabelMap(width, height, [.. Enumerable.Repeat((byte)random.Next(256), width * height)]));
                return $"labels of {width}×{height}";
            case ".jpg":
                ImageCodec.WriteJpeg(path, new RgbImage(width, height, new byte[width * height * 3]));
                return $"an image of {width}×{height}";
            case ".npy":
                float[] odd = [float.NaN, float.PositiveInfinity, -1, 2, 0, 0.5f];
                long[] keys = random.Next(5) switch { 0 => [], 1 => [-1], 2 => [99], 3 => [0, 0], _ => [0, 1] };
                var value = odd[random.Next(odd.Length)];
                CamFileWriter.Write(path, keys, width, height, [.. Enumerable.Repeat(value, keys.Length * width * height)], [.. Enumerable.Repeat(value, keys.Length * ((width + 3) / 4) * ((height + 3) / 4))]);
                return $"CAMs of {width}×{height} of {keys.Length} classes of {value}";
            default:
                return Write("cut to half", original[..(original.Length / 2)]);
        }
    }

    private string Write(string description, byte[] content, Action? then = null)
    {
        File.WriteAllBytes(path, content);
        then?.Invoke();
        return description;
    }

    private string Replace(string description, Action replace)
    {
        File.Delete(path);
        replace();
        return description;
    }

    private string Rename(string name)
    {
        renamed = Path.Combine(Path.GetDirectoryName(path)!, name + Path.GetExtension(path));
        File.Move(path, renamed, overwrite: true);
        return $"named {name}";
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?([eE][-+]?\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex("\"[^\"\n]*\"(?!:)")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[\[\]{}]")]
    private static partial Regex Bracket();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex("\"[^\"\n]*\": ?[^,\\[{\n]*,?")]
    private static partial Regex Pair();
}
