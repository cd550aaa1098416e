using Microsoft.AspNetCore.Http;

namespace Pole.Playground;

/// <summary>The parts of the page, which are inside this assembly.</summary>
internal static class PageFile
{
    public static async Task WriteAsync(HttpContext context, string name, string type)
    {
        context.Response.ContentType = $"{type}; charset=utf-8";
        await using var file = typeof(PageFile).Assembly.GetManifestResourceStream(name)!;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
