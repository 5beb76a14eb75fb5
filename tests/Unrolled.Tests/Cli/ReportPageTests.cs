using System.Text.Json.Nodes;

namespace Unrolled.Tests.Cli;

/// <summary>
/// What a browser makes of the report of every workload, on a telephone and on a wide screen, in light and in dark. With <c>UNROLLED_PAGES</c> set to
/// a folder the pages are written there as pictures, to be looked at.
/// </summary>
[Collection(nameof(SmallModels))]
public sealed class ReportPageTests(SmallModels models)
{
    /// <summary>What is wrong with the page as it stands, in sentences.</summary>
    private const string Faults = """
        (() => {
          const faults = [], root = document.documentElement, seen = e => e.getClientRects().length > 0;
          if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} wide in a window of ${root.clientWidth}`);
          if (document.querySelector('script, link, iframe, object, embed')) faults.push('an element that runs or fetches');
          for (const svg of document.querySelectorAll('svg')) {
            if (!seen(svg)) continue;
            const box = svg.getBoundingClientRect(), name = svg.querySelector('title')?.textContent ?? 'svg';
            if (box.width < 50 || box.height < 50) faults.push(`${name} is ${box.width} x ${box.height}`);
            if (!svg.closest('.scroll') && box.right > root.clientWidth + 0.5) faults.push(`${name} ends at ${box.right}`);
            const texts = [...svg.querySelectorAll('text')].map(t => ({ text: t.textContent, box: t.getBoundingClientRect() })).filter(t => t.text);
            for (const t of texts)
              if (t.box.left < box.left - 1 || t.box.right > box.right + 1 || t.box.top < box.top - 1 || t.box.bottom > box.bottom + 1)
                faults.push(`${name}: '${t.text}' leaves the drawing`);
            for (let i = 0; i < texts.length; i++)
              for (let j = 0; j < i; j++) {
                const a = texts[i].box, b = texts[j].box;
                if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
                  faults.push(`${name}: '${texts[j].text}' and '${texts[i].text}' overlap`);
              }
          }
          for (const figure of document.querySelectorAll('main > figure')) {
            const drawn = [...figure.querySelectorAll('svg, img')].filter(seen).length;
            if (drawn === 0) faults.push(`nothing is drawn in '${figure.textContent.slice(0, 60)}'`);
            if (figure.querySelectorAll('svg.chart').length > 0 && drawn !== 1) faults.push(`${drawn} drawings of one chart`);
          }
          for (const img of document.images) if (!img.naturalWidth) faults.push('a picture without pixels');
          const luminance = c => { const [r, g, b] = c.match(/[\d.]+/g).slice(0, 3).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const background = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (c !== 'rgba(0, 0, 0, 0)') return c; } return 'rgb(255, 255, 255)'; };
          for (const e of document.querySelectorAll('h1, h2, h3, p, li, td, th, dt, dd, figcaption, pre, text')) {
            if (!seen(e) || !e.textContent.trim()) continue;
            const style = getComputedStyle(e), a = luminance(e.tagName === 'text' ? style.fill : style.color), b = luminance(background(e));
            const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (contrast < 4.5) faults.push(`'${e.textContent.slice(0, 40)}' has a contrast of ${contrast.toFixed(2)}`);
          }
          return faults;
        })()
        """;

    public static TheoryData<string> Names => SmallModels.Names;

    [ChromiumTheory]
    [MemberData(nameof(Names))]
    public async Task AReportIsReadableOnEveryScreen(string name)
    {
        string url = new Uri(models[name].Report).AbsoluteUri;
        using Chromium browser = await Chromium.Start();
        string page = await browser.NewPage();
        var faults = new List<string>();
        foreach (int width in new[] { 400, 1600 })
        {
            foreach (string scheme in new[] { "light", "dark" })
            {
                await browser.Send("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false }, page);
                await browser.Send("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }) }, page);
                IReadOnlyList<JsonObject> events = await browser.Load(page, url);
                faults.AddRange(Spoken(events, url).Select(f => $"{width} {scheme}: {f}"));
                JsonNode? found = await browser.Evaluate(page, Faults);
                faults.AddRange(found!.AsArray().Select(f => $"{width} {scheme}: {f}"));
                string paper = (string)(await browser.Evaluate(page, "getComputedStyle(document.body).backgroundColor"))!;
                Assert.Equal(scheme == "dark", paper != "rgb(255, 255, 255)");
                await Keep(browser, page, $"{name}-{width}-{scheme}.png");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(30)));
    }

    /// <summary>Errors on the console, and requests for anything but the page and the pictures inside it.</summary>
    private static IEnumerable<string> Spoken(IReadOnlyList<JsonObject> events, string url)
    {
        foreach (JsonObject e in events)
        {
            string method = (string)e["method"]!;
            if (method is "Log.entryAdded" or "Runtime.exceptionThrown" or "Runtime.consoleAPICalled")
            {
                yield return e["params"]!.ToJsonString();
            }
            else if (method == "Network.requestWillBeSent" && (string)e["params"]!["request"]!["url"]! is string asked && asked != url && !asked.StartsWith("data:image/png", StringComparison.Ordinal))
            {
                yield return $"asks for {asked}";
            }
        }
    }

    private static async Task Keep(Chromium browser, string page, string name)
    {
        if (Environment.GetEnvironmentVariable("UNROLLED_PAGES") is not string folder || !Directory.Exists(folder))
        {
            return;
        }

        JsonObject picture = await browser.Send("Page.captureScreenshot", new JsonObject { ["format"] = "png", ["captureBeyondViewport"] = true, ["clip"] = await Whole(browser, page) }, page);
        await File.WriteAllBytesAsync(Path.Combine(folder, name), Convert.FromBase64String((string)picture["data"]!));
    }

    private static async Task<JsonObject> Whole(Chromium browser, string page)
    {
        JsonNode size = (await browser.Send("Page.getLayoutMetrics", [], page))["cssContentSize"]!;
        return new JsonObject { ["x"] = 0, ["y"] = 0, ["width"] = size["width"]!.DeepClone(), ["height"] = size["height"]!.DeepClone(), ["scale"] = 1 };
    }
}
