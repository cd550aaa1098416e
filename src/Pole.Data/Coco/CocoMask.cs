using System.Text.Json;
using Pole.Data.Masks;

namespace Pole.Data.Coco;

/// <summary>
/// Outlines of COCO objects as pixels (cocodataset/cocoapi, common/maskApi.c): polygons, whose pixels are those with their centre
/// inside by the even–odd rule, and run lengths down the columns, plain or packed into text.
/// </summary>
internal static class CocoMask
{
    /// <summary>Calls <paramref name="paint"/> with the index of each pixel of an annotation's <c>segmentation</c>.</summary>
    /// <exception cref="JsonException">The segmentation has no such form, or leaves the image.</exception>
    public static void Rasterise(JsonElement segmentation, int width, int height, Action<int> paint)
    {
        if (segmentation.ValueKind == JsonValueKind.Array)
        {
            foreach (var polygon in segmentation.EnumerateArray()) FillPolygon([.. polygon.EnumerateArray().Select(value => value.GetDouble())], width, height, paint);
            return;
        }

        var counts = segmentation.GetProperty("counts");
        FillRuns(counts.ValueKind == JsonValueKind.String ? Unpack(counts.GetString()!) : [.. counts.EnumerateArray().Select(count => count.GetInt64())], width, height, paint);
    }

    /// <summary>An annotation's <c>segmentation</c> as a mask of its image.</summary>
    /// <param name="path">The file that it stands in, for messages.</param>
    /// <exception cref="ExperimentException">Its <c>size</c>, <c>[height, width]</c>, is not that of the image; names the file.</exception>
    /// <exception cref="JsonException">The segmentation has no such form, or leaves the image.</exception>
    public static BinaryMask Read(JsonElement segmentation, string path, string image, int width, int height)
    {
        if (segmentation.ValueKind == JsonValueKind.Object)
        {
            var size = segmentation.GetProperty("size");
            MaskSources.RequireSize($"{path}: a mask of image {image}", size[1].GetInt32(), size[0].GetInt32(), image, width, height);
        }

        var mask = new BinaryMask(width, height);
        Rasterise(segmentation, width, height, mask.Add);
        return mask;
    }

    private static void FillPolygon(double[] corners, int width, int height, Action<int> paint)
    {
        var crossings = new List<double>();
        for (var row = 0; row < height; row++)
        {
            crossings.Clear();
            var y = row + 0.5;
            for (int current = 0, previous = corners.Length - 2; current + 1 < corners.Length; previous = current, current += 2)
            {
                var (x0, y0, x1, y1) = (corners[previous], corners[previous + 1], corners[current], corners[current + 1]);
                if (y0 > y != y1 > y) crossings.Add(x0 + (y - y0) * (x1 - x0) / (y1 - y0));
            }

            crossings.Sort();
            for (var pair = 0; pair + 1 < crossings.Count; pair += 2)
            for (var column = (int)Math.Max(0, Math.Ceiling(crossings[pair] - 0.5)); column < width && column + 0.5 < crossings[pair + 1]; column++)
                paint(row * width + column);
        }
    }

    private static void FillRuns(IEnumerable<long> counts, int width, int height, Action<int> paint)
    {
        var (place, inside, size) = (0L, false, (long)width * height);
        foreach (var count in counts)
        {
            if (count < 0 || count > size - place) throw new JsonException("its run lengths leave the image");
            if (inside)
                for (var pixel = place; pixel < place + count; pixel++) paint((int)(pixel % height * width + pixel / height));
            (place, inside) = (place + count, !inside);
        }
    }

    /// <summary>Five bits a character, the sixth says that more follow; from the third on a count is the difference to the one two before.</summary>
    private static List<long> Unpack(string text)
    {
        var counts = new List<long>();
        for (var index = 0; index < text.Length;)
        {
            long value = 0;
            for (var shift = 0; ; shift += 5)
            {
                if (index >= text.Length || shift > 55) throw new JsonException("its packed run lengths are malformed");
                var bits = text[index++] - 48;
                if (bits is < 0 or > 0x3f) throw new JsonException("its packed run lengths are malformed");
                value |= (long)(bits & 0x1f) << shift;
                if ((bits & 0x20) != 0) continue;
                if ((bits & 0x10) != 0) value |= -1L << (shift + 5);
                break;
            }

            counts.Add(counts.Count > 2 ? value + counts[^2] : value);
        }

        return counts;
    }
}
