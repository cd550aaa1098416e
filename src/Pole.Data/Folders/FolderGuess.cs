using System.Globalization;
using CsvHelper;
using Pole.Data.Coco;
using Pole.Data.Imaging;

namespace Pole.Data.Folders;

/// <summary>What a folder of images looks like, as the keys of a spec would say it.</summary>
public sealed record FolderGuess
{
    private const int Looked = 200;

    private const string Background = "background";

    private static readonly string[] SplitFolders = ["train", "val", "valid", "validation", "test"];

    /// <summary>Why it is taken for that, a sentence each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>In label order.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Of each class, its own name first.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Names { get; init; }

    public required int ImageCount { get; init; }

    /// <summary>Median of the longer side over the first images, in pixels.</summary>
    public required int LongSide { get; init; }

    /// <inheritdoc cref="FolderOptions.Images"/>
    public string? Images { get; init; }

    /// <inheritdoc cref="FolderOptions.Labels"/>
    public string? Labels { get; init; }

    /// <inheritdoc cref="FolderOptions.Masks"/>
    public string? Masks { get; init; }

    /// <inheritdoc cref="FolderOptions.Train"/>
    public string? Train { get; init; }

    /// <inheritdoc cref="FolderOptions.Validation"/>
    public string? Validation { get; init; }

    /// <exception cref="ExperimentException">It has no images, or nothing that says what they show.</exception>
    public static FolderGuess Of(string root)
    {
        if (!Directory.Exists(root)) throw new ExperimentException($"{root}: there is no such folder");
        var files = InputFile.Read(root, "a folder of images", "make it readable", () => FileTree.Files(root).Where(file => !file.Split('/').Any(part => part.StartsWith('.'))).Order(StringComparer.Ordinal).ToList());
        return new Looking(Path.GetFullPath(root), files).Guess();
    }

    private sealed class Looking(string root, List<string> files)
    {
        private readonly List<string> reasons = [], unread = [];

        public FolderGuess Guess()
        {
            var masks = new MaskFolderSearch(root, files).Find();
            if (masks is not null) reasons.Add($"{masks} holds PNGs with the names of images: label maps");
            var images = FindImages(masks);
            var ids = ImageFiles.Below(Path.Combine(root, images), masks is null ? [] : [Path.GetRelativePath(Path.Combine(root, images), Path.Combine(root, masks)).Replace('\\', '/')]);
            reasons.Insert(0, $"{ids.Count} images {(images == "." ? "" : $"in {images}")}".TrimEnd());
            var (train, validation) = FindSplit(ids.Keys);
            var sides = ids.Values.Take(Looked).Select(file => ImageCodec.ReadSize(file, oriented: true)).Select(size => Math.Max(size.Width, size.Height)).Order().ToList();
            var (labels, classes, of) = FindLabels(ids, masks, train, validation);
            if (classes.FirstOrDefault(name => name.Equals(Background, StringComparison.OrdinalIgnoreCase)) is { } background) throw new ExperimentException($"{root}: '{background}' cannot be a class, since label 0 is the background; rename it, or leave its images out");
            if (classes.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(twins => twins.Count() > 1) is { } same)
                throw new ExperimentException($"{root}: {(same.Distinct().Count() == 1 ? $"the class '{same.Key}' is listed twice; leave one out" : $"the classes {string.Join(" and ", same.Select(name => $"'{name}'"))} differ in case alone; rename one of them")}");
            if (masks is not null && of is not null) classes = InLabelOrder(classes, of, masks, ids);
            return new FolderGuess { Reasons = reasons, Classes = classes, Names = NamesOf(classes), ImageCount = ids.Count, LongSide = sides[sides.Count / 2], Images = images == "." ? null : images, Labels = labels, Masks = masks, Train = train, Validation = validation };
        }

        /// <summary>The folder that all images are in, where they have one and it is no class.</summary>
        private string FindImages(string? masks)
        {
            var tops = files.Where(file => ImageFiles.IsImage(file) && ImageFiles.TopFolder(file) != masks).Select(ImageFiles.TopFolder).Distinct().ToList();
            var only = tops is [{ Length: > 0 } single] && !SplitFolders.Contains(single.ToLowerInvariant()) ? single : null;
            return only is not null && (masks is not null || files.Any(file => !ImageFiles.IsImage(file)) || files.Any(file => ImageFiles.IsImage(file) && file.Count(character => character == '/') > 1)) ? only : ".";
        }

        private (string? Train, string? Validation) FindSplit(IEnumerable<string> ids)
        {
            var tops = ids.Select(ImageFiles.TopFolder).Distinct().ToList();
            var train = tops.FirstOrDefault(top => top.Equals("train", StringComparison.OrdinalIgnoreCase));
            var validation = SplitFolders.Skip(1).Select(name => tops.FirstOrDefault(top => top.Equals(name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(top => top is not null);
            if (train is null || validation is null)
                (train, validation) = (files.FirstOrDefault(file => Path.GetFileName(file) == "train.txt"), files.FirstOrDefault(file => Path.GetFileName(file) is "val.txt" or "valid.txt" or "validation.txt"));
            if (train is null || validation is null) return (null, null);
            reasons.Add($"{train} and {validation} say what is trained and what is measured on");
            return (train, validation);
        }

        /// <param name="of">The classes of an image, by name.</param>
        /// <returns>The classes in the order in which the label maps number them, where the images say which number is which class; else as they are.</returns>
        private IReadOnlyList<string> InLabelOrder(IReadOnlyList<string> classes, Func<string, IReadOnlyCollection<string>> of, string masks, IReadOnlyDictionary<string, string> ids)
        {
            var pairs = ids.Keys.Select(id => (Classes: of(id), Mask: Path.Combine(root, masks, $"{id}.png"))).Where(pair => File.Exists(pair.Mask)).Take(Looked).Select(pair => (pair.Classes, Labels: MaskLabels.In(ImageCodec.ReadLabels(pair.Mask), LabelMap.Ignored - 1))).ToList();
            // A class is the label that stands in the same images.
            var labelOf = classes.ToDictionary(name => name, name => Enumerable.Range(0, LabelMap.Ignored - 1).Where(label => pairs.Any(pair => pair.Labels.Contains(label)))
                .Where(label => pairs.Count(pair => pair.Labels.Contains(label) != pair.Classes.Contains(name)) * 10 <= pairs.Count(pair => pair.Classes.Contains(name))).ToList(), StringComparer.Ordinal);
            if (labelOf.Values.All(labels => labels.Count == 1) && labelOf.Values.Select(labels => labels[0]).Order().SequenceEqual(Enumerable.Range(0, classes.Count)))
            {
                reasons.Add("which label is which class follows from the images that have both");
                return [.. classes.OrderBy(name => labelOf[name][0])];
            }

            reasons.Add("which label is which class does not follow from the images: put the classes into the order of the label maps' numbers");
            return classes;
        }

        private (string? Labels, IReadOnlyList<string> Classes, Func<string, IReadOnlyCollection<string>>? Of) FindLabels(IReadOnlyDictionary<string, string> ids, string? masks, string? train, string? validation)
        {
            foreach (var table in files.Where(IsTable))
                if (Rows(Path.Combine(root, table), TableLabels.FileColumns, TableLabels.LabelColumns, ImageFiles.IdOf) is { Count: > 0 } rows)
                {
                    reasons.Add($"{table} has a column of files and one of labels");
                    return (table, Named([.. rows.Values.SelectMany(names => names)]), id => rows.GetValueOrDefault(id) ?? []);
                }

            var (annotations, categories) = ((string?)null, (List<KeyValuePair<int, string>>)[]);
            foreach (var json in files.Where(file => Path.GetExtension(file).Equals(".json", StringComparison.OrdinalIgnoreCase)))
                if (Categories(Path.Combine(root, json)) is { Count: > 0 } found)
                {
                    if (annotations is not null) throw new ExperimentException($"{root}: {annotations} and {json} both have COCO's categories, and a data set has the annotations of all its images in one file; put them together, or move one away");
                    (annotations, categories) = (json, found);
                }

            if (annotations is not null)
            {
                foreach (var (number, name) in categories) ClassNames.Usable(name, $"{Path.Combine(root, annotations)}: category {number}");
                reasons.Add($"{annotations} has COCO's categories and annotations");
                // Two categories of one name are one class.
                return (annotations, [.. categories.Select(category => category.Value).Distinct(StringComparer.Ordinal)], null);
            }

            if (TextFolder(ids.Keys) is { } texts)
            {
                if (!ids.Keys.Any(id => File.Exists(Path.Combine(root, texts, $"{id}.txt")))) throw new ExperimentException($"{root}: the text files in {texts} are not where the images' names lead to, such as {Path.Combine(texts, $"{ids.Keys.First()}.txt")}; put images in one folder and text files in another, under the same paths");
                reasons.Add($"{texts} has a text file an image: the number of a class a line");
                return (texts, TextClasses(texts), null);
            }

            string[] above = [.. new[] { train, validation }.OfType<string>().Select(FolderSplit.PrefixOf)];
            var folders = ids.Keys.Select(id => above.FirstOrDefault(prefix => id.StartsWith(prefix, StringComparison.Ordinal)) is { } split ? id[split.Length..] : id).Select(ImageFiles.TopFolder).Distinct().Order(StringComparer.Ordinal).ToList();
            if (masks is null && folders is [{ Length: > 0 }, ..] && !(folders is [var only] && MaskFolderSearch.IsCalledImages(only)))
            {
                reasons.Add($"{folders.Count} folder{(folders.Count == 1 ? "" : "s")} of images: a class each");
                var others = Directory.GetDirectories(root).Select(folder => Path.GetFileName(folder)).Where(folder => !folders.Contains(folder) && !above.Contains(FolderSplit.PrefixOf(folder))).Order(StringComparer.Ordinal).ToList();
                if (others.Count > 0) reasons.Add($"no class, since without images or hidden: {string.Join(", ", others)}");
                return (null, folders, null);
            }

            if (masks is null) throw new ExperimentException($"{root}: nothing says what the images show. Put them into a folder a class, write a table labels.csv with 'file,labels', or add label maps (PNG, 0 background, k the k-th class) in a folder of their own{(unread.Count == 0 ? "" : $". Left out: {string.Join("; ", unread)}")}");
            reasons.Add("the classes of an image are those of its label map, by number");
            return (null, Numbered(HighestLabel(masks)), null);
        }

        /// <summary>Synonyms from a table of them, where there is one.</summary>
        private Dictionary<string, IReadOnlyList<string>> NamesOf(IReadOnlyList<string> classes)
        {
            var names = classes.ToDictionary(name => name, name => (IReadOnlyList<string>)[name], StringComparer.Ordinal);
            foreach (var table in files.Where(IsTable))
            {
                var rows = Rows(Path.Combine(root, table), ["class", "label"], ["names", "synonyms"], cell => cell);
                foreach (var (name, synonyms) in rows.Where(row => names.ContainsKey(row.Key))) names[name] = [name, .. synonyms.Where(synonym => !synonym.Equals(name, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase)];
                if (rows.Count > 0) reasons.Add($"{table} has names of {rows.Keys.Count(names.ContainsKey)} classes{(rows.Keys.FirstOrDefault(name => !names.ContainsKey(name)) is { } other ? $"; '{other}' in it is no class" : "")}");
            }

            return names;
        }

        private static bool IsTable(string file) => Path.GetExtension(file).ToLowerInvariant() is ".csv" or ".tsv";

        /// <returns>The second column by the first; nothing where it is another table.</returns>
        /// <exception cref="ExperimentException">It is such a table, and a row of it is wrong; names the line.</exception>
        private Dictionary<string, IReadOnlyCollection<string>> Rows(string path, string[] firsts, string[] seconds, Func<string, string> key)
        {
            var rows = new Dictionary<string, IReadOnlyCollection<string>>(StringComparer.Ordinal);
            if (Table(path, firsts, seconds) is not var (csv, first, second)) return rows;
            using (csv)
                while (csv.Read())
                    if (TableLabels.Place(path, csv) is var place && !rows.TryAdd(key(csv.GetField(first) ?? ""), [.. TableLabels.Split(csv.GetField(second)).Select(name => ClassNames.Usable(name, place))]))
                        throw new ExperimentException($"{place}: '{csv.GetField(first)}' has a row already; put all that it has into one");
            return rows;
        }

        /// <returns>The table and the places of two columns; null where it is another table.</returns>
        private (CsvReader Csv, int First, int Second)? Table(string path, string[] firsts, string[] seconds)
        {
            CsvReader? csv = null;
            try
            {
                csv = TableLabels.Open(path, TextFile.Read(path));
                return (csv, TableLabels.Column(csv, firsts), TableLabels.Column(csv, seconds));
            }
            catch (Exception exception) when (exception is ExperimentException or InvalidDataException or CsvHelperException)
            {
                csv?.Dispose();
                if (exception is ExperimentException) unread.Add(exception.Message);
                return null;
            }
        }

        /// <summary>Names of classes in a table, in order; of numbers, the classes that they count.</summary>
        private static IReadOnlyList<string> Named(HashSet<string> names) =>
            names.All(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)) ? Numbered(names.Select(name => int.Parse(name, CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max()) : [.. names.Order(StringComparer.Ordinal)];

        private static IReadOnlyList<string> Numbered(int count) => [.. Enumerable.Range(1, count).Select(number => $"class {number}")];

        private List<KeyValuePair<int, string>> Categories(string path)
        {
            try
            {
                return [.. CocoAnnotations.ReadCategories(path, "").OrderBy(category => category.Key)];
            }
            catch (ExperimentException fault)
            {
                // Another file, or a damaged one.
                unread.Add(fault.Message);
                return [];
            }
        }

        private string? TextFolder(IEnumerable<string> ids)
        {
            var images = ids.Select(id => Path.GetFileName(id)).ToHashSet(StringComparer.Ordinal);
            return files.Where(file => Path.GetExtension(file) == ".txt" && ImageFiles.TopFolder(file).Length > 0 && images.Contains(Path.GetFileNameWithoutExtension(file))).Select(ImageFiles.TopFolder).FirstOrDefault();
        }

        private IReadOnlyList<string> TextClasses(string folder)
        {
            var names = new[] { "classes.txt", $"{folder}/classes.txt", "obj.names" }.FirstOrDefault(files.Contains);
            if (names is not null) return [.. TextFile.Lines(TextFile.Read(Path.Combine(root, names))).Index().Where(line => line.Item.Trim().Length > 0).Select(line => ClassNames.Usable(line.Item.Trim(), $"{Path.Combine(root, names)}({line.Index + 1})"))];
            var numbers = files.Where(file => ImageFiles.TopFolder(file) == folder && Path.GetExtension(file) == ".txt").SelectMany(file => TextFile.Lines(TextFile.Read(Path.Combine(root, file)))).Select(line => line.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault())
                .Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).DefaultIfEmpty(-1).Max();
            return Numbered(numbers + 1);
        }

        private int HighestLabel(string masks)
        {
            var highest = 0;
            foreach (var file in files.Where(file => ImageFiles.TopFolder(file) == masks))
            foreach (var label in ImageCodec.ReadLabels(Path.Combine(root, file)).Labels)
                if (label != LabelMap.Ignored && label > highest) highest = label;
            return highest;
        }
    }
}
