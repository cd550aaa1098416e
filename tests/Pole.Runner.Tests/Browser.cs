using PuppeteerSharp;

namespace Pole.Runner.Tests;

/// <summary>A page in headless Chromium; whatever it says on its console, and whatever it asks the network for, is remembered.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private readonly IBrowser browser;

    private Browser(IBrowser browser, IPage page) => (this.browser, Page) = (browser, page);

    public IPage Page { get; }

    public List<string> Complaints { get; } = [];

    public List<string> Requests { get; } = [];

    /// <summary>Ignores the test where there is no Chromium.</summary>
    public static async Task<Browser> Open(string file, int width = 1200, bool dark = false)
    {
        var executable = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (executable is null) Assert.Ignore("no Chromium on the PATH: apt-get install chromium");
        var started = await Puppeteer.LaunchAsync(new LaunchOptions { ExecutablePath = executable, Headless = true, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
        var opened = new Browser(started, await started.NewPageAsync());
        opened.Page.Console += (_, message) => { if (message.Message.Type is ConsoleType.Error or ConsoleType.Warning) opened.Complaints.Add(message.Message.Text); };
        opened.Page.PageError += (_, error) => opened.Complaints.Add(error.Message);
        opened.Page.Request += (_, request) => { if (!request.Request.Url.StartsWith("data:", StringComparison.Ordinal)) opened.Requests.Add(request.Request.Url); };
        await opened.Page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 900 });
        if (dark) await opened.Page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = "dark" }]);
        await opened.Page.GoToAsync(new Uri(file).AbsoluteUri);
        return opened;
    }

    public async ValueTask DisposeAsync() => await browser.DisposeAsync();
}
