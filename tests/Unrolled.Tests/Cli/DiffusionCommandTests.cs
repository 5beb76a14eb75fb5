using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Numerics;
using Unrolled.Problems.Families;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Deployment.Onnx;

namespace Unrolled.Tests.Cli;

/// <summary>Denoisers on the command line: experiment in, model and report out, files denoised, certificates refused after tampering.</summary>
public class DiffusionCommandTests : CommandTest
{
    private const string Signals = """
        family: { kind: signals, samples: 64, noise: { sigma: 0.2 } }
        method: diffusion-network
        diffusion-network: { blocks: 2, filters: 3, kernel: 3, flux: perona-malik }
        training: { iterations: 12, batch: 8, rounds: 3, validation: 6, seeds: 2, checkpoint-seconds: 0 }
        rivals:
          - { network: resnet, blocks: 2, filters: 3, kernel: 3, learning-rates: [1e-3, 1e-2] }
        comparison: { instances: 10 }
        """;

    private const string Images = """
        family: { kind: images, noise: { sigma: 25 } }
        method: diffusion-network
        diffusion-network: { blocks: 2, filters: 3, kernel: 3, flux: spline, knots: [1, 3] }
        training: { iterations: 6, batch: 2, patch: 16, margin: 2, rounds: 2, validation: 2, validation-extent: 24 }
        comparison: { instances: 2 }
        """;

    [Fact]
    public void LearningComparesRivalsAndKeepsThem()
    {
        JsonNode learned = Learn(Signals);
        Assert.Equal((2 * 3 * 3) + (2 * 3) + 2, learned["parameters"]!.GetValue<int>());
        Assert.True(File.Exists(At("run/rivals/1.json")));
        JsonNode compared = Json("compare", At("run"), "--instances", "5", "--json");
        Assert.Equal("larger", compared["better"]!.GetValue<string>());
        string[] methods = [.. compared["rows"]!.AsArray().Select(r => r!["method"]!.GetValue<string>())];
        Assert.Equal("symmetric perona-malik, 3 filters", methods[0]);
        Assert.Equal("ResNet, 3 channels", methods[1]);
        Assert.Contains(methods, m => m.StartsWith("charbonnier diffusion", StringComparison.Ordinal));
        Assert.Equal("noisy", methods[^1]);
        Assert.All(compared["rows"]!.AsArray(), row => Assert.InRange(row!["mean"]!.GetValue<double>(), 5, 60));
        Assert.Contains("A signal of the family", File.ReadAllText(At("run/report.html")));
        IsExportedInEveryFormat();
    }

    /// <summary>The text formats are compiled and run by the tests of the exporters; here the graph is run, and what the command says is looked at.</summary>
    private void IsExportedInEveryFormat()
    {
        foreach ((string format, string mark) in new[] { ("c", "int my_model_denoise("), ("csharp", "static class My_model"), ("python", "def my_model_denoise("), ("json", "\"symmetric-step\""), ("onnx", "ConvTranspose") })
        {
            JsonNode exported = Json("export", At("run"), "--to", format, "--output", At("my-model." + format), "--json");
            byte[] bytes = File.ReadAllBytes(At("my-model." + format));
            Assert.Equal(bytes.Length, (int)exported["bytes"]!);
            Assert.Contains(mark, System.Text.Encoding.Latin1.GetString(bytes));
        }

        LearnedDenoiser denoiser = LearnedDenoiser.Of(ModelFile.Read(At("run/model.json")));
        double[] noisy = [.. Enumerable.Range(0, 20).Select(i => Math.Sin(i))];
        var field = new Field<float>(1, 1, 1, 20);
        Array.ConvertAll(noisy, v => (float)v).CopyTo(field.Values);
        Tensor clean = OnnxEvaluator.Run(OnnxFile.Read(File.ReadAllBytes(At("my-model.onnx"))), [("noisy", new Tensor([1, 1, 1, 20], noisy)), ("sigma", new Tensor([1], [0.3]))])["clean"];
        Assert.All(clean.Numbers.Zip(denoiser.Denoise(field, 0.3).Values.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-6));

        (int code, _, string error) = Run("export", At("run"), "--to", "onx", "--output", At("x"));
        Assert.Equal(1, code);
        Assert.Contains("--to is 'onx' (did you mean 'onnx'?); expected one of c, csharp, python, json, onnx", error);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.False(File.Exists(At("x")));
    }

    [Fact]
    public void TrainingGoesOnAfterAnInterruption()
    {
        File.WriteAllText(At("e.yaml"), Signals);
        ResumesWithTheSameBits();
    }

    [Fact]
    public void EveryCertificateIsRecomputedAndATamperedModelIsRefused()
    {
        Learn(Images);
        JsonNode certified = Json("certify", At("run"), "--json");
        Assert.Equal(6, certified["certificates"]!.AsArray().Count);
        Assert.All(certified["certificates"]!.AsArray(), c => Assert.True(c!["holds"]!.GetValue<bool>()));

        Model model = ModelFile.Read(At("run/model.json"));
        model.Parameters["step"][0] = 50; // far beyond the limit, in a file with a valid hash
        ModelFile.Write(At("tampered.json"), model);
        (int code, string output, _) = Run("certify", At("tampered.json"));
        Assert.Equal(3, code);
        Assert.Contains("REFUSED", output);

        model.Parameters["step"][0] = 0.5; // within the limit, but not what was certified
        ModelFile.Write(At("changed.json"), model);
        Assert.Equal(3, Run("certify", At("changed.json")).Code);

        string text = File.ReadAllText(At("run/model.json"));
        File.WriteAllText(At("digit.json"), text.Replace("\"step\"", "\"stop\"", StringComparison.Ordinal));
        Assert.Equal(1, Run("certify", At("digit.json")).Code);
    }

    [Theory]
    [InlineData(RasterKind.Gray, 255, "png")]
    [InlineData(RasterKind.Rgb, 255, "png")]
    [InlineData(RasterKind.Rgba, 65535, "png")]
    [InlineData(RasterKind.Gray, 255, "pgm")]
    public void ImagesAreDenoisedIntoTheirOwnFormat(RasterKind kind, int maximum, string ending)
    {
        Learn(Images);
        var clean = new Field<float>(1, 1, 40, 53);
        new DeadLeaves().Draw(clean, 0, new RandomStream(3));
        var layout = new RasterLayout(40, 53, kind, maximum);
        var noisy = new Field<float>(1, layout.Channels, 40, 53);
        var random = new RandomStream(4);
        for (int c = 0; c < layout.Channels; c++)
        {
            for (int i = 0; i < clean.PlaneLength; i++)
            {
                noisy.Plane(0, c)[i] = c < layout.ColorChannels ? (float)Math.Clamp(clean.Values[i] + (25 / 255.0 * random.NextNormal()), 0, 1) : 1;
            }
        }

        string input = At($"in.{ending}"), output = At($"out.{ending}");
        RasterFile.Write(input, new Raster(layout, noisy));
        JsonNode solved = Json("solve", At("run"), "--input", input, "--output", output, "--sigma", "25", "--tile", "17", "--json");
        Assert.InRange(solved["residual"]!.GetValue<double>(), 0.1, 1.5);
        Raster result = RasterFile.Read(output), before = RasterFile.Read(input);
        Assert.Equal(layout.ToString(), result.Layout.ToString());
        Assert.True(Distance(result.Values, clean) < 0.9 * Distance(before.Values, clean));
        if (layout.Channels == 4)
        {
            Assert.True(result.Values.Plane(0, 3).IndexOfAnyExcept(1f) < 0);
        }

        (int code, string text, _) = Run("solve", At("run"), "--input", input); // estimates the noise, writes nothing
        Assert.Equal(0, code);
        Assert.Contains("the noise was estimated", text);
    }

    [Fact]
    public void SignalsAreDenoisedIntoTheirOwnFormat()
    {
        Learn(Signals);
        File.WriteAllLines(At("in.csv"), Enumerable.Range(0, 3).Select(r => string.Join(';', Enumerable.Range(0, 80).Select(j => ((j / 20 * 0.4) + (0.1 * ((j + r) % 3))).ToString(CultureInfo.InvariantCulture)))));
        Assert.Equal(0, Run("solve", At("run"), "--input", At("in.csv"), "--output", At("out.csv"), "--sigma", "0.1").Code);
        string[] lines = File.ReadAllLines(At("out.csv"));
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Equal(80, line.Split(';').Length));
        NpyWriter.Write<float>(At("in.npy"), [2, 70], new float[140]);
        Assert.Equal(0, Run("solve", At("run"), "--input", At("in.npy"), "--output", At("out.npy"), "--sigma", "0.1").Code);
        Assert.Equal([2, 70], NpyReader.Read(At("out.npy")).Shape.AsEnumerable());
    }

    [Fact]
    public void UnknownPixelsAreFilledIn()
    {
        Learn(Images);
        var image = new Field<float>(1, 1, 24, 31);
        var mask = image.ZerosLike();
        for (int i = 0; i < image.PlaneLength; i++)
        {
            image.Values[i] = 0.25f + (0.5f * (i % 31) / 31);
            mask.Values[i] = i % 7 == 0 ? 1 : 0;
        }

        RasterFile.Write(At("image.png"), new Raster(new RasterLayout(24, 31, RasterKind.Gray, 65535), image));
        RasterFile.Write(At("mask.png"), new Raster(new RasterLayout(24, 31, RasterKind.Gray), mask));
        (int code, string text, string error) = Run("solve", At("run"), "--input", At("image.png"), "--mask", At("mask.png"), "--output", At("filled.png"));
        Assert.True(code == 0, error);
        Assert.Contains("filled in", text);
        Field<float> filled = RasterFile.Read(At("filled.png")).Values;
        for (int i = 0; i < image.PlaneLength; i++)
        {
            Assert.True(Math.Abs(filled.Values[i] - image.Values[i]) < (mask.Values[i] > 0 ? 1e-4 : 0.05));
        }
    }

    [Theory]
    [InlineData("diffusion-network: { blocks: 2 }", "diffusion-network: { blocks: 2, kernel: 4 }", "expected an odd number")]
    [InlineData("diffusion-network: { blocks: 2 }", "diffusion-network: { flux: perona }", "perona-malik")]
    [InlineData("diffusion-network: { blocks: 2 }", "diffusion-network: { levels: [3, 2] }", "must rise")]
    [InlineData("diffusion-network: { blocks: 2 }", "diffusion-network: { filter: 2 }", "filters")]
    [InlineData("diffusion-network: { blocks: 2 }", "rivals: [{ network: resnet, block: 3 }]", "blocks")]
    [InlineData("diffusion-network: { blocks: 2 }", "rivals: 3", "must be a list")]
    public void WrongExperimentsAreNamed(string line, string wrong, string expected)
    {
        File.WriteAllText(At("e.yaml"), $$"""
            family: { kind: signals, samples: 64 }
            method: diffusion-network
            {{line.Replace(line, wrong, StringComparison.Ordinal)}}
            """);
        (int code, _, string error) = Run("learn", At("e.yaml"), "--out", At("run"));
        Assert.Equal(1, code);
        Assert.Contains(expected, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(At("run/model.json")));
    }

    [Fact]
    public void WrongFilesAreNamed()
    {
        Learn(Images);
        Assert.Contains("--input", Run("solve", At("run")).Error);
        File.WriteAllText(At("no.png"), "this is no image");
        (int code, _, string error) = Run("solve", At("run"), "--input", At("no.png"), "--sigma", "25");
        Assert.Equal(1, code);
        Assert.Contains("no.png", error);
    }

    private static double Distance(Field<float> image, Field<float> clean)
    {
        double sum = 0;
        for (int i = 0; i < clean.PlaneLength; i++)
        {
            double d = image.Plane(0, 0)[i] - clean.Values[i];
            sum += d * d;
        }

        return Math.Sqrt(sum);
    }

    private JsonNode Learn(string experiment)
    {
        File.WriteAllText(At("e.yaml"), experiment);
        return Json("learn", At("e.yaml"), "--out", At("run"), "--json", "--quiet");
    }
}
