using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pole.Playground;

if (args is not [var given] || !int.TryParse(given, CultureInfo.InvariantCulture, out var port))
{
    Console.Error.WriteLine("pole try --serve starts this; it takes a port");
    return 2;
}

// No configuration, whose variables and files could open another port, and no log: standard output is what pole reads.
var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
{
    options.AddServerHeader = false;
    options.Limits.MaxRequestBodySize = Upload.MostBytes;
    options.Listen(IPAddress.Loopback, port);
});
builder.Services.AddRoutingCore();
await using var app = builder.Build();
using var pole = new PoleProcess(new StreamReader(Console.OpenStandardInput()), new StreamWriter(Console.OpenStandardOutput()));
var token = AccessToken.Create();
var about = await pole.AboutAsync();
app.Use(token.RequireAsync);
app.UseRouting();
app.MapGet("/", context => PageFile.WriteAsync(context, "index.html", "text/html"));
app.MapGet("/page.css", context => PageFile.WriteAsync(context, "page.css", "text/css"));
app.MapGet("/page.js", context => PageFile.WriteAsync(context, "page.js", "text/javascript"));
app.MapGet("/about", context => Answer.WriteAsync(context, StatusCodes.Status200OK, about));
app.MapPost("/ask", context => Upload.AskAsync(context, pole));
try
{
    await app.StartAsync();
}
catch (IOException exception)
{
    await pole.SayAsync(new { error = $"port {port} of 127.0.0.1 cannot be opened: {exception.Message}" });
    return 1;
}

var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
await pole.SayAsync(new { address = $"{address}/{token.Text}/" });
// When pole ends, so does its page.
_ = pole.ListenAsync().ContinueWith(_ => app.Lifetime.StopApplication(), TaskScheduler.Default);
await app.WaitForShutdownAsync();
return 0;
