using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Unrolled.Tests.Deployment.Onnx;

/// <summary>Programs of others that check or run ONNX files.</summary>
internal static class OnnxRuntimes
{
    /// <summary>What asks whether the runtime is installed; it is found over NODE_PATH.</summary>
    public const string NodeProbe = "-e \"require('onnxruntime-node')\"";

    /// <summary>What asks whether the checker is installed.</summary>
    public const string CheckerProbe = "-c \"import onnx\"";

    private const string RunCases = """
        const ort = require('onnxruntime-node');
        const cases = JSON.parse(require('fs').readFileSync('cases.json', 'utf8'));
        (async () => {
          const sessions = {};
          const results = [];
          for (const c of cases) {
            sessions[c.file] ??= await ort.InferenceSession.create(c.file, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 });
            const feeds = {};
            for (const [name, t] of Object.entries(c.inputs)) {
              feeds[name] = new ort.Tensor('float32', Float32Array.from(t.numbers), t.extents);
            }
            const out = (await sessions[c.file].run(feeds))[c.output];
            results.push({ extents: out.dims.map(Number), numbers: Array.from(out.data) });
          }
          console.log(JSON.stringify(results));
        })().catch(e => { console.error(e); process.exit(1); });
        """;

    private const string CheckFiles = """
        import glob
        import onnx
        for path in sorted(glob.glob("*.onnx")):
            model = onnx.load(path)
            onnx.checker.check_model(model, full_check=True)
            onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
            print(path)

        """;

    /// <summary>Runs models in ONNX Runtime.</summary>
    public static Tensor[] Run(IReadOnlyList<(string File, byte[] Model)> models, IReadOnlyList<(string File, string Output, (string Name, Tensor Value)[] Inputs)> cases)
    {
        Tensor[] results = [];
        ExternalProgram.InTemporaryFolder(folder =>
        {
            Write(folder, models);
            var json = new JsonArray([.. cases.Select(c => new JsonObject
            {
                ["file"] = c.File,
                ["output"] = c.Output,
                ["inputs"] = new JsonObject([.. c.Inputs.Select(i => new KeyValuePair<string, JsonNode?>(i.Name, new JsonObject
                {
                    ["extents"] = new JsonArray([.. i.Value.Extents.Select(e => (JsonNode)e)]), ["numbers"] = new JsonArray([.. i.Value.Numbers.Select(n => (JsonNode)n)]),
                }))]),
            })]);
            File.WriteAllText(Path.Combine(folder, "cases.json"), json.ToJsonString());
            File.WriteAllText(Path.Combine(folder, "run.js"), RunCases);
            using JsonDocument output = JsonDocument.Parse(ExternalProgram.Run("node", "run.js", folder));
            results = [.. output.RootElement.EnumerateArray().Select(r => new Tensor(
                [.. r.GetProperty("extents").EnumerateArray().Select(e => e.GetInt32())], [.. r.GetProperty("numbers").EnumerateArray().Select(n => n.GetDouble())]))];
        });
        return results;
    }

    /// <summary>Checks models by the library of the format: structure, types and extents.</summary>
    public static void Check(IReadOnlyList<(string File, byte[] Model)> models) => ExternalProgram.InTemporaryFolder(folder =>
    {
        Write(folder, models);
        File.WriteAllText(Path.Combine(folder, "check.py"), CheckFiles);
        string output = ExternalProgram.Run("/usr/bin/python3", "check.py", folder);
        Assert.Equal(models.Count.ToString(CultureInfo.InvariantCulture), output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ToString(CultureInfo.InvariantCulture));
    });

    private static void Write(string folder, IReadOnlyList<(string File, byte[] Model)> models)
    {
        foreach ((string file, byte[] model) in models)
        {
            File.WriteAllBytes(Path.Combine(folder, file), model);
        }
    }
}
