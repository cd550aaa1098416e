using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>An experiment's file and the files that it is composed of: an edit elsewhere leaves it equal.</summary>
/// <param name="File">The experiment's own.</param>
/// <param name="Others">What it extends and includes, near and far, each once.</param>
/// <param name="Candidates">Names of all files, for a hint; empty where nothing is missing.</param>
public sealed record SpecChain(SpecFile File, EquatableArray<SpecFile> Others, EquatableArray<string> Candidates)
{
    public static SpecChain Of(SpecFile file, SpecSet specs)
    {
        var (others, missing) = (new List<SpecFile>(), false);
        var waiting = new Queue<SpecFile>([file]);
        while (waiting.Count > 0)
        {
            var next = waiting.Dequeue();
            foreach (var target in Targets(next))
            {
                if (specs.Find(SpecSet.Resolve(next, target)) is not { } found) missing = true;
                else if (found.Path != file.Path && others.All(other => other.Path != found.Path))
                {
                    others.Add(found);
                    waiting.Enqueue(found);
                }
            }
        }

        return new SpecChain(file, others.ToEquatableArray(), missing ? specs.Files.Select(candidate => candidate.Name).ToEquatableArray() : default);
    }

    public SpecFile? Find(string path) => File.Path == path ? File : Others.FirstOrDefault(other => SpecSet.Normalise(other.Path) == path);

    private static IEnumerable<string> Targets(SpecFile file)
    {
        if (file.Root is not YamlMap root) return [];
        var extends = root.Find(SpecComposer.ExtendsKey)?.Value;
        var bases = (extends is YamlList list ? list.Items : new[] { extends! }.AsEnumerable()).OfType<YamlScalar>().Select(scalar => scalar.Text);
        return bases.Concat(Includes(root)).Where(target => target.Length > 0);
    }

    private static IEnumerable<string> Includes(YamlNode node) => node switch
    {
        YamlScalar { Tag: YamlTag.Include } include => [include.Text.Split('#')[0]],
        YamlMap map => map.Entries.SelectMany(entry => Includes(entry.Value)),
        YamlList list => list.Items.SelectMany(Includes),
        _ => [],
    };
}
