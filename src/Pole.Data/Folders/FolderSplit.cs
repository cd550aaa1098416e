using System.Security.Cryptography;
using System.Text;

namespace Pole.Data.Folders;

/// <summary>Which images are trained on and which are measured on.</summary>
internal static class FolderSplit
{
    /// <summary>The images of a list, or of a folder below the images.</summary>
    /// <param name="ids">Of all images, in order.</param>
    /// <param name="key">Of the spec, for the message.</param>
    /// <exception cref="ExperimentException">There is neither, or the list names an image that is not there or one twice; names the line.</exception>
    public static IReadOnlyList<string> Named(string root, string name, IReadOnlyCollection<string> ids, string key)
    {
        var below = ids.Where(id => id.StartsWith(PrefixOf(name), StringComparison.Ordinal)).ToList();
        if (below.Count > 0) return below;
        var list = Path.Combine(root, name);
        if (!File.Exists(list)) throw new ExperimentException($"dataset.{key} is '{name}', which is neither a folder with images nor a list of them in {root}");
        return InputFile.Read<IReadOnlyList<string>>(list, "a list of images", "write an image a line", () =>
        {
            var (all, lineOf) = (ids.ToHashSet(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
            foreach (var (index, line) in TextFile.Lines(TextFile.Read(list)).Index())
            {
                if (line.Trim().Length == 0) continue;
                var id = ImageFiles.IdOf(line);
                if (!all.Contains(id)) throw new ExperimentException($"{list}({index + 1}): there is no image '{line.Trim()}'");
                if (!lineOf.TryAdd(id, index + 1)) throw new ExperimentException($"{list}({index + 1}): '{line.Trim()}' is listed twice, first in line {lineOf[id]}");
            }

            return lineOf.Count > 0 ? [.. lineOf.Keys] : throw new ExperimentException($"{list}: the list is empty");
        });
    }

    /// <summary>How ids of images in a folder begin.</summary>
    public static string PrefixOf(string folder) => $"{folder.Trim('/').Replace('\\', '/')}/";

    /// <summary>Draws a share of the images of every class for measuring. Which side an image is on depends on its name and the seed, so that another image moves few.</summary>
    /// <param name="isMeasurable">Whether an image has a label map; the others are trained on.</param>
    /// <param name="classOf">What an image is drawn with: its first class; null for none.</param>
    /// <returns>Both in the order of the ids.</returns>
    public static (IReadOnlyList<string> Train, IReadOnlyList<string> Validation) Drawn(IReadOnlyCollection<string> ids, Func<string, bool> isMeasurable, Func<string, int?> classOf, double share, int seed)
    {
        var validation = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in ids.Where(isMeasurable).GroupBy(classOf))
        {
            var order = group.OrderBy(id => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{id}"))), StringComparer.Ordinal).ToList();
            // Of two images or more of a class, each side has one.
            var count = order.Count < 2 || share == 0 ? 0 : Math.Clamp((int)Math.Round(share * order.Count), 1, order.Count - 1);
            validation.UnionWith(order.Take(count));
        }

        return ([.. ids.Where(id => !validation.Contains(id))], [.. ids.Where(validation.Contains)]);
    }
}
