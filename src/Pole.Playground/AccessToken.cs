using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Pole.Playground;

/// <summary>The first part of every address: who was not told it, such as another person on the machine or a page that is open in the same browser, is refused.</summary>
internal sealed class AccessToken
{
    private const int Bytes = 24;

    private readonly byte[] expected;

    private AccessToken(string text) => (Text, expected) = (text, Encoding.UTF8.GetBytes(text));

    public string Text { get; }

    public static AccessToken Create() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>Middleware: what comes after sees addresses without the token.</summary>
    public Task RequireAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value ?? "";
        var end = path.IndexOf('/', Math.Min(1, path.Length));
        var isKnown = end > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(path[1..end]), expected);
        // A name that leads here from elsewhere (DNS rebinding) is not how the page was opened.
        if (!isKnown || context.Request.Host.Host is not ("127.0.0.1" or "localhost")) return Answer.FaultAsync(context, StatusCodes.Status403Forbidden, "open the address that pole try --serve has printed");
        context.Request.Path = path[end..];
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; img-src data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        return next(context);
    }
}
