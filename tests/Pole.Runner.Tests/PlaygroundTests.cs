using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PuppeteerSharp;

namespace Pole.Runner.Tests;

/// <summary><c>pole try --serve</c>: the page and what it is answered.</summary>
public sealed class PlaygroundTests
{
    private const string Experiment = "shapes/smoke-clip-es";

    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromMinutes(1) };

    private Served served = null!;
    private string image = "";

    [OneTimeSetUp]
    public async Task Serve()
    {
        _ = SmokeRun.Folder;
        image = Directory.GetFiles(Path.Combine(SmokeRun.Store, "data"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        served = await Served.Start(Experiment);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (served is not null) await served.Stop();
    }

    [Test]
    public void The_address_is_of_this_machine_alone_and_has_a_token() => Assert.That(served.Address, Does.Match("^http://127\\.0\\.0\\.1:[0-9]+/[0-9a-f]{48}/$"));

    [Test]
    public async Task Who_does_not_have_the_token_is_refused()
    {
        var (root, token) = (new Uri(served.Address).GetLeftPart(UriPartial.Authority), new Uri(served.Address).AbsolutePath.Trim('/'));
        string[] paths = ["/", "/about", "/page.js", $"/{token}", $"/{new string('0', token.Length)}/about", $"/{token[..^1]}/about", $"/{token.ToUpperInvariant()}x/", $"/about/{token}/"];
        foreach (var path in paths)
            Assert.That((await Client.GetAsync(root + path)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), path);
        Assert.That((await Client.PostAsync($"{root}/ask", Form(File.ReadAllBytes(image), "a photo of boat."))).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await Client.GetAsync($"{served.Address}about")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_name_that_leads_here_from_elsewhere_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, served.Address) { Headers = { Host = "elsewhere.example" } };

        Assert.That((await Client.SendAsync(request)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Two_prompts_on_an_image_have_their_rows_and_maps_and_one_is_chosen()
    {
        var (status, answer) = await Ask(File.ReadAllBytes(image), "a photo of boat.", "a photo of canoe.");

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), answer.ToJsonString());
        Assert.That(answer["rows"]!.AsArray().Select(row => row![0]!.GetValue<string>()), Is.EqualTo(new[] { "a photo of boat.", "a photo of canoe." }));
        Assert.That(answer["rows"]!.AsArray().Select(row => row!.AsArray()[^1]!.GetValue<string>()).Order(), Is.EqualTo(new[] { "", "chosen" }));
        Assert.That(answer["maps"]!.AsArray().Select(map => map!["overlay"]!.GetValue<string>()), Has.Exactly(2).StartsWith("data:image/jpeg;base64,"));
    }

    [TestCase("a photo of submarine.", "has no word 'submarine'")]
    [TestCase("", "nothing is tried: give prompts or a class")]
    public async Task What_is_wrong_with_a_prompt_is_told_in_a_line_and_the_next_question_is_answered(string prompt, string fault)
    {
        var (status, answer) = await Ask(File.ReadAllBytes(image), prompt.Length == 0 ? [] : [prompt]);

        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(answer["error"]!.GetValue<string>(), Does.Contain(fault).And.Not.Contain("\n"));
        Assert.That((await Ask(File.ReadAllBytes(image), "a photo of boat.")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task What_is_no_image_is_told_in_a_line_without_a_path()
    {
        var (status, answer) = await Ask("<svg onload=alert(1)>"u8.ToArray(), "a photo of boat.");

        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(answer["error"]!.GetValue<string>(), Is.EqualTo("the image: cannot be read as an image: it is no JPEG, PNG, WebP, TIFF or BMP, or its header is damaged; get the file again"));
    }

    [Test]
    public async Task An_upload_is_bounded()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{served.Address}ask") { Content = Form(new byte[33 << 20], "a photo of boat."), Headers = { ExpectContinue = true } };
        using var response = await Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("{\"error\":\"the image is larger than 32 MiB\"}"));
    }

    [Test]
    public async Task A_request_without_an_image_is_a_bad_one()
    {
        using var response = await Client.PostAsync($"{served.Address}ask", new StringContent("nothing"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_person_chooses_an_image_types_prompts_and_sees_maps_change()
    {
        await using var browser = await Browser.Open(served.Address);
        await (await browser.Page.QuerySelectorAsync("#file")).UploadFileAsync(image);
        await browser.Page.TypeAsync("#prompts", "a photo of boat.\na photo of canoe.");
        await browser.Page.WaitForFunctionAsync("() => document.querySelectorAll('#table tbody tr').length === 2 && document.querySelectorAll('#table tr.chosen').length === 1");
        var first = await browser.Page.EvaluateExpressionAsync<string[]>("[...document.querySelectorAll('#maps img')].map(map => map.src)");
        await browser.Page.TypeAsync("#prompts", "\na photo of <b>fish</b>.");
        await browser.Page.WaitForFunctionAsync("() => document.getElementById('status').className === 'fault'");
        var fault = await browser.Page.EvaluateExpressionAsync<string>("document.getElementById('status').textContent");
        await browser.Page.EvaluateExpressionAsync("document.getElementById('prompts').value = ''");
        await browser.Page.SelectAsync("#class", "fish");
        await browser.Page.WaitForFunctionAsync("() => document.querySelectorAll('#table tbody tr').length === 4");

        Assert.That(first, Has.Length.EqualTo(4).And.All.StartsWith("data:image/jpeg"));
        Assert.That(fault, Does.Contain("\"a photo of <b>fish</b>.\""));
        Assert.That(browser.Requests.Where(request => !request.StartsWith("blob:", StringComparison.Ordinal)), Is.All.StartsWith(served.Address));
        // A fault of a prompt comes with a status that Chromium notes.
        Assert.That(browser.Complaints.Where(complaint => !complaint.Contains("422", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Ctrl_C_ends_the_command_and_its_page()
    {
        var own = await Served.Start(Experiment);
        var run = await own.Stop();

        Assert.That(run, Is.EqualTo((0, "")));
        Assert.That(async () => await Client.GetAsync(own.Address), Throws.InstanceOf<HttpRequestException>());
    }

    [Test]
    public void A_port_that_is_taken_is_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var run = PoleProcess.Run("pole", "try", Experiment, "--serve", "--port", $"{port}", "--store", SmokeRun.Store);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith($"error: port {port} of 127.0.0.1 cannot be opened").And.Not.Contain("\n"));
    }

    [TestCase("--serve --image a.jpg", "--image is given in the page: leave it out with --serve")]
    [TestCase("--serve --port 70000", "--port is 70000; it can be 1 to 65535")]
    [TestCase("--image a.jpg --prompt a --port 80", "--port is for --serve")]
    public void Options_that_do_not_go_together_are_a_wrong_command_line(string options, string error)
    {
        var run = PoleProcess.Run("pole", ["try", Experiment, .. options.Split(' ')]);

        Assert.That((run.ExitCode, run.Error.Split('\n')[0]), Is.EqualTo((2, $"error: {error}")));
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> Ask(byte[] bytes, params string[] prompts)
    {
        using var response = await Client.PostAsync($"{served.Address}ask", Form(bytes, prompts));
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private static MultipartFormDataContent Form(byte[] bytes, params string[] prompts)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "image", "../../photo.jpg" } };
        foreach (var prompt in prompts) form.Add(new StringContent(prompt), "prompt");
        return form;
    }

    /// <summary>A running <c>pole try --serve</c>.</summary>
    private sealed record Served(string Address, Process Process, Task<string> Error)
    {
        public static async Task<Served> Start(string experiment)
        {
            var process = System.Diagnostics.Process.Start(PoleProcess.StartOf(PoleProcess.Folder, "pole", ["try", experiment, "--serve", "--quiet", "--store", SmokeRun.Store]))!;
            var error = process.StandardError.ReadToEndAsync();
            var address = await process.StandardOutput.ReadLineAsync();
            if (address is null) Assert.Fail(await error);
            return new Served(address!, process, error);
        }

        /// <summary>As <c>kill -INT</c>: the page's process is told by this one.</summary>
        public async Task<(int ExitCode, string Error)> Stop()
        {
            using var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{Process.Id}"]);
            await Process.WaitForExitAsync();
            using (Process) return (Process.ExitCode, await Error);
        }
    }
}
