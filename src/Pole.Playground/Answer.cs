using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pole.Playground;

/// <summary>What the page is answered: JSON, errors as one line.</summary>
internal static class Answer
{
    /// <param name="json">Written by pole.</param>
    public static Task WriteAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    public static Task FaultAsync(HttpContext context, int status, string message) => WriteAsync(context, status, JsonSerializer.Serialize(new { error = message }));
}
