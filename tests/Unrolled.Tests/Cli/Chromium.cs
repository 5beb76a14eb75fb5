using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Unrolled.Tests.Cli;

/// <summary>A browser without a window, spoken to over the Chrome DevTools protocol.</summary>
internal sealed class Chromium : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _profile = Directory.CreateTempSubdirectory("unrolled-browser").FullName;
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonObject> _events = [];
    private readonly CancellationTokenSource _end = new();
    private int _last;

    private Chromium(string program)
    {
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", "--remote-debugging-port=0", $"--user-data-dir={_profile}", "about:blank",
        ];
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>The program, where it is installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Starts the browser and waits until it listens.</summary>
    public static async Task<Chromium> Start()
    {
        var browser = new Chromium(Program!);
        try
        {
            string listening = Path.Combine(browser._profile, "DevToolsActivePort");
            var clock = Stopwatch.StartNew();
            string[] lines = [];
            while (lines.Length < 2)
            {
                Assert.True(clock.Elapsed < Patience && !browser._process.HasExited, "the browser does not start");
                await Task.Delay(20);
                lines = File.Exists(listening) ? await File.ReadAllLinesAsync(listening) : [];
            }

            browser._end.CancelAfter(TimeSpan.FromMinutes(20));
            await browser._socket.ConnectAsync(new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}"), browser._end.Token);
            return browser;
        }
        catch
        {
            browser.Dispose();
            throw;
        }
    }

    /// <summary>Opens a page of its own and returns its session.</summary>
    public async Task<string> NewPage()
    {
        string target = (string)(await Send("Target.createTarget", new JsonObject { ["url"] = "about:blank" }))["targetId"]!;
        string session = (string)(await Send("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }))["sessionId"]!;
        foreach (string domain in new[] { "Page", "Runtime", "Log", "Network" })
        {
            await Send($"{domain}.enable", [], session);
        }

        return session;
    }

    /// <summary>Loads a page and waits for the end of it.</summary>
    /// <returns>What the page did: the events from its call to its load.</returns>
    public async Task<IReadOnlyList<JsonObject>> Load(string session, string url)
    {
        _events.Clear();
        await Send("Page.navigate", new JsonObject { ["url"] = url }, session);
        while (!_events.Any(e => (string?)e["method"] == "Page.loadEventFired"))
        {
            await Receive();
        }

        return [.. _events];
    }

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> Evaluate(string session, string expression)
    {
        JsonObject result = await Send("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true }, session);
        Assert.True(result["exceptionDetails"] is null, result.ToJsonString());
        return result["result"]!["value"];
    }

    /// <summary>Calls a command.</summary>
    public async Task<JsonObject> Send(string method, JsonObject parameters, string? session = null)
    {
        int id = ++_last;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null)
        {
            call["sessionId"] = session;
        }

        await _socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, _end.Token);
        while (true)
        {
            JsonObject message = await Receive();
            if ((int?)message["id"] == id)
            {
                Assert.True(message["error"] is null, $"{method}: {message["error"]?.ToJsonString()}");
                return message["result"]!.AsObject();
            }
        }
    }

    public void Dispose()
    {
        _end.Dispose();
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        for (int tries = 0; Directory.Exists(_profile); tries++)
        {
            try
            {
                Directory.Delete(_profile, recursive: true);
            }
            catch (IOException) when (tries < 50)
            {
                Thread.Sleep(20); // the last of its processes still writes
            }
        }
    }

    private async Task<JsonObject> Receive()
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), _end.Token);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        JsonObject received = JsonNode.Parse(message.ToArray())!.AsObject();
        if (received["method"] is not null)
        {
            _events.Add(received);
        }

        return received;
    }
}
