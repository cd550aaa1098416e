using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pole.Data.Coco;

/// <summary>One annotated object: its category, and where its outline stands in the file.</summary>
internal readonly record struct CocoObject(int Category, double Area, bool IsCrowd, long Offset, int Length);

/// <summary>An image of the annotation file with its objects.</summary>
internal sealed record CocoImage(string FileName, int Width, int Height, List<CocoObject> Objects);

/// <summary>
/// The annotations of a COCO split (instances_*.json, 450 MB), read in one pass with a small buffer. Outlines are not kept: an object
/// remembers where it stands in the file.
/// </summary>
internal static class CocoAnnotations
{
    private const int FirstBuffer = 1 << 16, LargestElement = 1 << 26;

    // Null in the place of a name is an error where it stands.
    private static readonly JsonSerializerOptions Format = new() { RespectNullableAnnotations = true };

    private sealed record ImageElement([property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("file_name")] string FileName, [property: JsonPropertyName("width")] int Width, [property: JsonPropertyName("height")] int Height);

    private sealed record AnnotationElement([property: JsonPropertyName("image_id")] long ImageId, [property: JsonPropertyName("category_id")] int CategoryId, [property: JsonPropertyName("area")] double Area, [property: JsonPropertyName("iscrowd")] int IsCrowd);

    private sealed record CategoryElement([property: JsonPropertyName("id")] int Id, [property: JsonPropertyName("name")] string? Name);

    /// <param name="categories">The name that the data set assumes of each category.</param>
    /// <returns>Images with at least one object, by id, in ascending order.</returns>
    /// <exception cref="ExperimentException">The file is missing, truncated or not COCO's, or it names a category otherwise.</exception>
    public static IReadOnlyList<CocoImage> Read(string path, IReadOnlyDictionary<int, string> categories, string remedy)
    {
        if (!File.Exists(path)) throw new ExperimentException($"{path} does not exist: {remedy}");
        return InputFile.Read(path, "COCO annotations", remedy, () => Parse(path, categories, remedy));
    }

    /// <summary>The categories that the file lists, by id.</summary>
    /// <exception cref="ExperimentException">The file is missing, truncated or not COCO's, or has a category without a name.</exception>
    public static IReadOnlyDictionary<int, string> ReadCategories(string path, string remedy) => InputFile.Read<IReadOnlyDictionary<int, string>>(path, "COCO annotations", remedy, () =>
    {
        var categories = new Dictionary<int, string>();
        using var stream = File.OpenRead(path);
        ReadElements(stream, (array, element, _) =>
        {
            if (array != "categories") return;
            var category = JsonSerializer.Deserialize<CategoryElement>(element, Format)!;
            categories[category.Id] = category.Name ?? throw new InvalidDataException($"category {category.Id} has no name");
        });
        return categories;
    });

    private static IReadOnlyList<CocoImage> Parse(string path, IReadOnlyDictionary<int, string> categories, string remedy)
    {
        var images = new SortedDictionary<long, CocoImage>();
        var objects = new List<(long Image, CocoObject Object)>();
        using var stream = File.OpenRead(path);
        ReadElements(stream, (array, element, offset) =>
        {
            if (array == "images")
            {
                var image = JsonSerializer.Deserialize<ImageElement>(element, Format)!;
                images[image.Id] = new CocoImage(image.FileName, image.Width, image.Height, []);
            }
            else if (array == "annotations")
            {
                var annotation = JsonSerializer.Deserialize<AnnotationElement>(element, Format)!;
                objects.Add((annotation.ImageId, new CocoObject(annotation.CategoryId, annotation.Area, annotation.IsCrowd != 0, offset, element.Length)));
            }
            else if (array == "categories")
            {
                var category = JsonSerializer.Deserialize<CategoryElement>(element, Format)!;
                if (category.Name is { } name && categories.TryGetValue(category.Id, out var assumed) && name != assumed)
                    throw new ExperimentException($"{path}: category {category.Id} is '{name}', the data set's classes have '{assumed}' there: the file is of another version of COCO; {remedy}");
            }
        });
        foreach (var (id, found) in objects)
            (images.TryGetValue(id, out var image) ? image : throw new ExperimentException($"{path}: an annotation belongs to image {id}, which is not listed; {remedy}")).Objects.Add(found);
        return [.. images.Values.Where(image => image.Objects.Count > 0)];
    }

    /// <summary>Hands each object of each array of the root object on, with the name of the array and its place in the file.</summary>
    private static void ReadElements(Stream stream, Action<string, ReadOnlySpan<byte>, long> onElement)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        var (length, position, final) = (0, 0L, false);
        var state = new JsonReaderState();
        var array = "";
        while (!final)
        {
            var read = stream.Read(buffer, length, buffer.Length - length);
            (length, final) = (length + read, read == 0);
            var reader = new Utf8JsonReader(buffer.AsSpan(0, length), final, state);
            var (consumed, committed) = (0, state);
            while (true)
            {
                if (!reader.Read()) break;
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName) array = reader.GetString() ?? "";
                if (reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.StartObject)
                {
                    var start = (int)reader.TokenStartIndex;
                    // An element that is not whole yet is read again with more bytes.
                    if (!reader.TrySkip()) break;
                    onElement(array, buffer.AsSpan(start, (int)reader.BytesConsumed - start), position + start);
                }

                (consumed, committed) = ((int)reader.BytesConsumed, reader.CurrentState);
            }

            state = committed;
            buffer.AsSpan(consumed, length - consumed).CopyTo(buffer);
            (length, position) = (length - consumed, position + consumed);
            if (length < buffer.Length) continue;
            if (buffer.Length >= LargestElement) throw new JsonException("an element is too large");
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }
}
