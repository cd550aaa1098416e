using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Pole.Playground;

/// <summary>An image with its prompts, as the page sends them.</summary>
internal static class Upload
{
    /// <summary>Of a whole request: photographs of today's cameras have about 10 MB.</summary>
    public const long MostBytes = 32L << 20;

    public static async Task AskAsync(HttpContext context, PoleProcess pole)
    {
        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            if (form.Files.GetFile("image") is not { } image)
            {
                await Answer.FaultAsync(context, StatusCodes.Status400BadRequest, "there is no image");
                return;
            }

            var folder = Directory.CreateTempSubdirectory("pole-playground-").FullName;
            try
            {
                var path = Path.Combine(folder, "image");
                await using (var file = File.Create(path)) await image.CopyToAsync(file, context.RequestAborted);
                var className = form["class"].ToString();
                var answer = await pole.AskAsync(new { image = path, @class = className.Length == 0 ? null : className, prompts = form["prompt"].ToArray() }, context.RequestAborted);
                await Answer.WriteAsync(context, IsFault(answer) ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK, answer);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (BadHttpRequestException exception)
        {
            await Answer.FaultAsync(context, exception.StatusCode, exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"the image is larger than {MostBytes >> 20} MiB" : exception.Message);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            // No form, or one with more parts or longer ones than a page sends.
            await Answer.FaultAsync(context, StatusCodes.Status400BadRequest, exception.Message);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private static bool IsFault(string answer) => JsonNode.Parse(answer)!["error"] is not null;
}
