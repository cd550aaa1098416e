using System.Globalization;
using System.Text;
using Pole.Data.Imaging;

namespace Pole.Runner.Reports.Html;

/// <summary>Rows of pictures under common heads; the pictures are inside the page.</summary>
internal sealed class HtmlGallery(IReadOnlyList<string> heads)
{
    /// <summary>Longest side in a page, in pixels.</summary>
    private const int Side = 320;

    private readonly StringBuilder cells = new();

    /// <summary>An image with its name and its classes.</summary>
    public HtmlGallery Photo(RgbImage image, ISample sample, IDataset dataset) => Photo(image, $"{sample.Id}: {string.Join(", ", sample.PresentClasses.Select(present => dataset.Classes[present]))}");

    public HtmlGallery Photo(RgbImage image, string caption) => Picture(image, ImageCodec.EncodeJpeg(Shrunk(image)), "jpeg", caption);

    /// <summary>An image as the source of an element, in full size.</summary>
    public static string Source(RgbImage image) => Source(ImageCodec.EncodeJpeg(image), "jpeg");

    /// <summary>Few colours with sharp borders.</summary>
    public HtmlGallery Map(LabelMap labels, string caption)
    {
        var factor = Factor(labels.Width, labels.Height);
        var image = CamOverlay.Paint(factor < 1 ? PilResize.Rescale(labels, factor) : labels);
        return Picture(image, ImageCodec.EncodePng(image), "png", caption);
    }

    public HtmlGallery None(string caption)
    {
        cells.Append($"<figure><figcaption>{HtmlPage.Escape(caption)}</figcaption></figure>\n");
        return this;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"<div class=\"images\" style=\"--columns:{heads.Count}\">\n{string.Concat(heads.Select(head => $"<div class=\"head\">{HtmlPage.Escape(head)}</div>\n"))}{cells}</div>\n");

    private HtmlGallery Picture(RgbImage image, byte[] bytes, string format, string caption)
    {
        cells.Append(CultureInfo.InvariantCulture, $"<figure><img loading=\"lazy\" width=\"{image.Width}\" height=\"{image.Height}\" alt=\"{HtmlPage.Escape(caption)}\" src=\"{Source(bytes, format)}\"><figcaption>{HtmlPage.Escape(caption)}</figcaption></figure>\n");
        return this;
    }

    private static string Source(byte[] bytes, string format) => $"data:image/{format};base64,{Convert.ToBase64String(bytes)}";

    private static RgbImage Shrunk(RgbImage image) => Factor(image.Width, image.Height) is var factor and < 1 ? PilResize.Rescale(image, factor) : image;

    private static double Factor(int width, int height) => (double)Side / Math.Max(width, height);
}
