using Unrolled.Deployment.Fields;
using Unrolled.Numerics;
using Unrolled.Tests.Deployment.Onnx;
using Unrolled.Tests.Differentiation;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Deployment.Fields;

/// <summary>Networks as ONNX graphs, run by an evaluator of these tests and, where it is installed, by ONNX Runtime.</summary>
public class OnnxDenoiserTests
{
    /// <summary>Single precision, over the largest value.</summary>
    private const double Tolerance = 1e-6;

    private static (string Name, LearnedDenoiser Denoiser, byte[] Model)[] Models() =>
        [.. ExampleDenoisers.All.Select(d => (d.Name, d.Denoiser, OnnxDenoiserModel.Write(d.Denoiser, "an example", d.Name)))];

    [Fact]
    public void TheFileSaysWhatItIs()
    {
        LearnedDenoiser denoiser = ExampleDenoisers.Symmetric(new());
        OnnxModelContent model = OnnxFile.Read(OnnxDenoiserModel.Write(denoiser, "my denoiser", "my-name"));
        Assert.Equal((8, "unrolled", 17), (model.Format, model.Producer, model.Operations.Version));
        Assert.Equal(string.Empty, model.Operations.Domain);
        Assert.Contains("my denoiser", model.Description);
        Assert.Equal("my_name", model.Graph.Name);
        Assert.Equal([("noisy", "batch 1 rows columns"), ("sigma", "1")], model.Graph.Inputs.Select(i => (i.Name, string.Join(' ', i.Extents))));
        Assert.Equal([("clean", "batch 1 rows columns")], model.Graph.Outputs.Select(i => (i.Name, string.Join(' ', i.Extents))));
        Assert.All(model.Graph.Inputs.Concat(model.Graph.Outputs), v => Assert.Equal(1, v.Element));
    }

    [FactIfAvailable("python3", "-c \"import numpy, onnxruntime\"")]
    public void TheProgramOfThePageRuns() => ExternalProgram.InTemporaryFolder(folder =>
    {
        File.WriteAllBytes(Path.Combine(folder, "denoiser.onnx"), OnnxDenoiserModel.Write(ExampleDenoisers.Symmetric(new()), "an example", "denoiser"));
        File.WriteAllText(Path.Combine(folder, "page.py"), Page() + "\nassert clean.shape == noisy.shape and np.isfinite(clean).all()\n");
        ExternalProgram.Run("python3", "page.py", folder);
    });

    /// <summary>What can be said of the page without a runtime: it feeds and asks for what the graph has.</summary>
    [Fact]
    public void ThePageNamesWhatTheGraphHas()
    {
        OnnxGraphContent graph = OnnxFile.Read(OnnxDenoiserModel.Write(ExampleDenoisers.Symmetric(new()), "a", "a")).Graph;
        string feeds = string.Join(", ", graph.Inputs.Select(i => $"\"{i.Name}\": {i.Name}"));
        Assert.Contains($"session.run([\"{Assert.Single(graph.Outputs).Name}\"], {{{feeds}}})", Page());
    }

    private static string Page() => Assert.Single(CodeFence.Read("docs/denoising.md"), f => f.Language == "python").Text;

    /// <summary>Shared blocks share their kernels in the file.</summary>
    [Fact]
    public void EqualNumbersAreStoredOnce()
    {
        int Kernels(Unrolled.Diffusion.Networks.WeightSharing sharing) =>
            OnnxFile.Read(OnnxDenoiserModel.Write(ExampleDenoisers.Symmetric(new() { Sharing = sharing, Blocks = 4 }), "a", "a")).Graph.Constants.Values.Count(t => t.Extents is [4, 1, 5, 5]);
        Assert.Equal(1, Kernels(Unrolled.Diffusion.Networks.WeightSharing.AllBlocks));
        Assert.Equal(4, Kernels(Unrolled.Diffusion.Networks.WeightSharing.None));
    }

    [Fact]
    public void TheGraphReproducesTheLibrary()
    {
        foreach ((string name, LearnedDenoiser denoiser, byte[] bytes) in Models())
        {
            OnnxModelContent model = OnnxFile.Read(bytes);
            foreach ((int rows, int columns, double sigma) in ExampleDenoisers.Cases(denoiser.Fields == FieldKind.Signals))
            {
                Tensor clean = OnnxEvaluator.Run(model, Inputs(rows, columns, sigma))["clean"];
                Check(name, denoiser, rows, columns, sigma, clean);
            }
        }
    }

    /// <summary>Every instance of a batch by itself, in the single precision of the library.</summary>
    [Fact]
    public void ABatchIsItsInstances()
    {
        LearnedDenoiser denoiser = ExampleDenoisers.All.Single(d => d.Name == "spline").Denoiser;
        OnnxModelContent model = OnnxFile.Read(OnnxDenoiserModel.Write(denoiser, "a", "a"));
        var noisy = new Field<float>(3, 1, 6, 5);
        Array.ConvertAll(ExampleDenoisers.Input(18, 5), v => (float)v).CopyTo(noisy.Values);
        Tensor clean = OnnxEvaluator.Run(model, [("noisy", new Tensor([3, 1, 6, 5], ExampleDenoisers.Input(18, 5))), ("sigma", new Tensor([1], [0.07]))])["clean"];
        Assert.InRange(ExampleDenoisers.Difference(Array.ConvertAll(denoiser.Denoise(noisy, 0.07).Values.ToArray(), v => (double)v), clean.Numbers), 0, Tolerance);
    }

    [FactIfAvailable("/usr/bin/python3", OnnxRuntimes.CheckerProbe)]
    public void TheCheckerOfTheFormatAcceptsTheFiles() => OnnxRuntimes.Check([.. Models().Select(m => (m.Name + ".onnx", m.Model))]);

    [FactIfAvailable("node", OnnxRuntimes.NodeProbe)]
    public void OnnxRuntimeReproducesTheLibrary()
    {
        (string Name, LearnedDenoiser Denoiser, byte[] Model)[] models = Models();
        var runs = models.SelectMany(m => ExampleDenoisers.Cases(m.Denoiser.Fields == FieldKind.Signals).Select(c => (m.Name, m.Denoiser, c.Rows, c.Columns, c.Sigma))).ToArray();
        Tensor[] results = OnnxRuntimes.Run(
            [.. models.Select(m => (m.Name + ".onnx", m.Model))], [.. runs.Select(r => (r.Name + ".onnx", "clean", Inputs(r.Rows, r.Columns, r.Sigma)))]);
        foreach (((string name, LearnedDenoiser denoiser, int rows, int columns, double sigma), Tensor clean) in runs.Zip(results))
        {
            Check(name, denoiser, rows, columns, sigma, clean);
        }
    }

    private static (string, Tensor)[] Inputs(int rows, int columns, double sigma) =>
        [("noisy", new Tensor([1, 1, rows, columns], ExampleDenoisers.Input(rows, columns))), ("sigma", new Tensor([1], [sigma]))];

    private static void Check(string name, LearnedDenoiser denoiser, int rows, int columns, double sigma, Tensor clean)
    {
        Assert.Equal([1, 1, rows, columns], clean.Extents);
        double difference = ExampleDenoisers.Difference(ExampleDenoisers.Expected(denoiser, ExampleDenoisers.Input(rows, columns), rows, columns, sigma), clean.Numbers);
        Assert.True(difference <= Tolerance, FormattableString.Invariant($"{name}, {rows} x {columns}, sigma {sigma}: differs by {difference:g3}"));
    }
}
