using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Numerics;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Deployment;
using Unrolled.Tests.Differentiation;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Cli;

/// <summary>The headline experiments from the experiment file to the sentences under the table.</summary>
public sealed class LinearWorkloadTests : IDisposable
{
    private readonly LinearCommand _command = new();

    public void Dispose() => _command.Dispose();

    [Theory]
    [InlineData("convex")]
    [InlineData("gradient")]
    public void ThePapersFamily(string trainer)
    {
        JsonObject learned = _command.Json("learn", LinearCommand.Experiment("linear-5x5.yaml"), "--out", _command.At("a"),
            "--set", $"training.trainer={trainer}", "--set", "comparison.instances=50");
        Assert.Equal(10, (int?)learned["parameters"]);
        Assert.Equal(4.7e-4, (double)learned["loss"]!, 0.03 * 4.7e-4);
        Assert.All(learned["acceptance"]!.AsArray(), a => Assert.True((bool)a!["met"]!));
        Assert.True(File.Exists(_command.At("a/report.html")) && File.Exists(_command.At("a/log.jsonl")) && !File.Exists(_command.At("a/checkpoint.json")));

        JsonObject compared = _command.Json("compare", _command.At("a/model.json"), "--instances", "1000", "--seed", "7");
        Assert.Equal(["model", "family", "metric", "instances", "seed", "rows", "notes"], compared.Select(m => m.Key));
        Assert.Equal("residual norm |b - A x|", (string?)compared["metric"]);
        double[] expected = [1.06e-2, 4.1e-5, 1.9e-7];
        for (int k = 1; k <= 3; k++)
        {
            JsonObject row = Row(compared, "R2N2(4)", 4 * k);
            Assert.Equal("learned", (string?)row["kind"]);
            Assert.Equal("products", (string?)row["costUnit"]);
            Assert.Equal(expected[k - 1], (double)row["mean"]!, 0.05 * expected[k - 1]);
            Assert.True((double)Row(compared, "GMRES(4)", 4 * k)["mean"]! < (double)row["mean"]!);
            foreach (string number in new[] { "geometricMean", "median", "worst", "seconds" })
            {
                Assert.True((double)row[number]! > 0);
            }
        }

        string[] methods = [.. compared["rows"]!.AsArray().Select(r => (string)r!["method"]!).Distinct()];
        Assert.Equal(
            ["R2N2(4)", "CG", "Chebyshev", "Chebyshev, tuned", "Richardson", "MINRES", "GMRES(4)", "GMRES(12)", "dense LU (direct)"], methods);
        string notes = string.Join('\n', compared["notes"]!.AsArray().Select(n => (string)n!));
        Assert.Matches("At 4 products [A-Z0-9()]+ is better per product", notes); // MINRES and GMRES are one method in two forms here
        Assert.Matches("At 4 products .*GMRES\\(4\\)", notes);
        Assert.Contains("Dense LU is", notes);

        (int code, string shown, _) = _command.Run("show", _command.At("a"));
        Assert.Equal(0, code);
        Assert.Contains("eigenvalues from", shown);
        Assert.Contains("holds", shown);
    }

    /// <summary>A learned model in every format; the program reaches a tolerance with the residual that it states.</summary>
    [FactIfAvailable("gcc")]
    public void AModelFromLearningToAProgram()
    {
        foreach (string trainer in new[] { "convex", "gradient" })
        {
            _command.Json("learn", LinearCommand.Experiment("linear-5x5.yaml"), "--out", _command.At(trainer), "--set", $"training.trainer={trainer}",
                "--set", "training.instances=100", "--set", "comparison.instances=5", "--set", "acceptance.loss-at-most=1");
            foreach (string format in new[] { "c", "csharp", "python", "json" })
            {
                JsonObject written = _command.Json("export", _command.At(trainer), "--to", format, "--output", _command.At($"five-{trainer}.{format}"));
                Assert.Equal(new FileInfo(_command.At($"five-{trainer}.{format}")).Length, (long)written["bytes"]!);
            }

            Assert.Equal("unrolled-linear-solver", (string?)JsonNode.Parse(File.ReadAllText(_command.At($"five-{trainer}.json")))!["format"]);
            File.AppendAllText(_command.At($"five-{trainer}.c"), $$"""

                #include <stdio.h>
                static void multiply(void *context, const double *x, double *y)
                {
                    const double *d = context;
                    for (int i = 0; i < 3; i++)
                    {
                        y[i] = d[i] * x[i] - 0.1 * (i > 0 ? x[i - 1] : 0.0) - 0.1 * (i < 2 ? x[i + 1] : 0.0);
                    }
                }
                int main(void)
                {
                    double diagonal[] = { 0.9, 1.0, 1.2 }, b[] = { 1.0, 2.0, 3.0 }, x[] = { 0.0, 0.0, 0.0 }, work[five_{{trainer}}_vectors * 3], y[3];
                    const five_{{trainer}}_result r = five_{{trainer}}_solve(4, multiply, diagonal, 3, b, x, 1e-12, 100, work);
                    multiply(diagonal, x, y);
                    for (int i = 0; i < 3; i++)
                    {
                        y[i] -= b[i];
                    }
                    printf("%d %ld %ld %.17g %.17g", r.status, r.steps, r.products, r.residual, five_{{trainer}}_norm(3, y));
                    return r.residual <= r.target ? 0 : 1;
                }
                """);
            ExternalProgram.Run("gcc", $"-Wall -Wextra -Werror -std=c99 -O2 five-{trainer}.c -o five -lm", _command.Folder);
            ExportedSolve end = ExportedSolve.ParseAll(ExternalProgram.Run(_command.At("five"), string.Empty, _command.Folder))[0];
            Assert.Equal((0, 4 * end.Steps), (end.Status, end.Cost));
            Assert.Equal(end.Residual, end.Vectors[0]);
        }
    }

    [Fact]
    public void AModelSolvesAMatrixOfTheUser()
    {
        _command.Json("learn", LinearCommand.Experiment("linear-5x5.yaml"), "--out", _command.At("a"),
            "--set", "training.instances=100", "--set", "comparison.instances=5", "--set", "acceptance.loss-at-most=1");
        double[] a = [2, -1, 0, -1, 2, -1, 0, -1, 2], b = [1, 0, 3, 4, 5, -6];
        MatrixMarketWriter.Write(_command.At("A.mtx"), 3, 3, a);
        MatrixMarketWriter.Write(_command.At("b.mtx"), 3, 2, b);
        JsonObject solved = _command.Json("solve", _command.At("a/model.json"), "--matrix", _command.At("A.mtx"), "--rhs", _command.At("b.mtx"),
            "--tolerance", "1e-10", "--output", _command.At("x.mtx"));
        Assert.True((double)solved["residual"]! <= 1e-10);
        double[] x = MatrixMarketReader.Read(_command.At("x.mtx")).ToDense();
        for (int i = 0; i < 3; i++)
        {
            for (int s = 0; s < 2; s++)
            {
                double sum = Enumerable.Range(0, 3).Sum(j => a[(3 * i) + j] * x[(2 * j) + s]);
                Assert.Equal(b[(2 * i) + s], sum, 1e-9);
            }
        }

        Assert.Contains("b.mtx: there is no such file", _command.Run("solve", _command.At("a"), "--matrix", _command.At("A.mtx"), "--rhs", _command.At("c/b.mtx")).Error);
        MatrixMarketWriter.Write(_command.At("b.mtx"), 2, 1, [1, 2]);
        Assert.Contains("has 2 rows, the matrix has 3", _command.Run("solve", _command.At("a"), "--matrix", _command.At("A.mtx"), "--rhs", _command.At("b.mtx")).Error);
    }

    /// <summary>Close to full GMRES without inner products, and far below CG in the residual norm.</summary>
    [Fact]
    public void Diffusion()
    {
        _command.Json("learn", LinearCommand.Experiment("diffusion-2d.yaml"), "--out", _command.At("a"));
        JsonObject compared = _command.Json("compare", _command.At("a"));
        foreach ((int products, double allowed) in new[] { (8, 1.05), (16, 1.07), (32, 1.5) })
        {
            JsonObject learned = Row(compared, $"R2N2({products})", products), gmres = Row(compared, "GMRES(32)", products);
            Assert.InRange((double)learned["median"]! / (double)gmres["median"]!, 0.99, allowed);
        }

        // the goal is a factor of 2; GMRES, the least that any such method can reach, is itself at 1.95 here after 8 products
        foreach (int products in new[] { 8, 16 })
        {
            double ratio = (double)Row(compared, "CG", products)["geometricMean"]! / (double)Row(compared, $"R2N2({products})", products)["geometricMean"]!;
            Assert.True(ratio >= 1.9, $"{ratio} times below CG at {products} products");
        }

        Model model = ModelFile.Read(_command.At("a/model.json"));
        Assert.Equal(5, model.Certificates.Count);
        Assert.All(model.Certificates, c => Assert.True(c.Holds && c.Value < 1));
        Assert.Equal(3, model.Certificates.Count(c => c.Claim.StartsWith("R2N2", StringComparison.Ordinal)));
    }

    [Fact]
    public void ConvectionDiffusionDoesNotBlowUp()
    {
        JsonObject learned = _command.Json("learn", LinearCommand.Experiment("convection-diffusion.yaml"), "--out", _command.At("a"));
        Assert.All(learned["acceptance"]!.AsArray(), a => Assert.True((bool)a!["met"]!));
        JsonObject compared = _command.Json("compare", _command.At("a"), "--seed", "77");
        Assert.All(compared["rows"]!.AsArray().Where(r => (string?)r!["kind"] == "learned"), r => Assert.True((double)r!["worst"]! < 1));
        Assert.All(ModelFile.Read(_command.At("a/model.json")).Certificates, c => Assert.StartsWith("with 99 % confidence", c.Claim)); // nothing is proved
    }

    [Fact]
    public void AFolderOfTheUsersSystems()
    {
        Directory.CreateDirectory(_command.At("systems"));
        var stream = new RandomStream(4);
        for (int k = 0; k < 3; k++)
        {
            double[] a = new double[64];
            for (int i = 0; i < 8; i++)
            {
                a[(8 * i) + i] = 3 + stream.NextUniform();
                if (i > 0)
                {
                    a[(8 * i) + i - 1] = a[(8 * (i - 1)) + i] = -stream.NextUniform();
                }
            }

            MatrixMarketWriter.Write(_command.At($"systems/A{k}.mtx"), 8, 8, a);
            MatrixMarketWriter.Write(_command.At($"systems/b{k}.mtx"), 8, 2, [.. Enumerable.Range(0, 16).Select(_ => stream.NextNormal())]);
        }

        File.WriteAllText(_command.At("e.yaml"), $$"""
            family: { kind: folder, folder: {{_command.At("systems")}} }
            method: krylov
            krylov: { inner-evaluations: [2, 4] }
            training: { instances: 12, outer-iterations: 1 }
            comparison: { instances: 6 }
            acceptance: { certified: required }
            """);
        _command.Json("learn", _command.At("e.yaml"), "--out", _command.At("run"));
        JsonObject compared = _command.Json("compare", _command.At("run"));
        Assert.True((double)Row(compared, "R2N2(4)", 4)["worst"]! < (double)Row(compared, "R2N2(2)", 2)["worst"]!);
        Assert.Contains("the held-out systems repeat the training matrices", compared["notes"]!.ToJsonString());
        Assert.True((double)_command.Json("solve", _command.At("run"), "--matrix", _command.At("systems/A1.mtx"))["residual"]! <= 1e-8);
        Directory.Delete(_command.At("systems"), recursive: true);
        (int code, _, string error) = _command.Run("compare", _command.At("run"));
        Assert.Equal(1, code);
        Assert.Contains("there is no such folder", error);
    }

    [SharedDataFact("data/matrices/1138_bus.mtx")]
    public void ThePowerGrid() => LearnAndSolve("1138_bus.mtx", "CG + R2N2(16)", ["CG + jacobi", "CG + ic0", "dense LU (direct)"]);

    [SharedDataFact("data/matrices/fidap007.mtx")]
    public void TheFlowProblem() => LearnAndSolve("fidap007.mtx", "FGMRES(60) + R2N2(16)", ["dense LU (direct)"]);

    private void LearnAndSolve(string name, string expected, string[] beside)
    {
        string path = RepositoryFolder.Shared($"data/matrices/{name}");
        _command.Json("learn", LinearCommand.Experiment("matrix-market.yaml"), "--out", _command.At("a"), "--set", $"family.matrix={path}",
            "--set", "comparison.instances=2");
        SparseMatrix matrix = MatrixMarketReader.Read(path).ToSparse();
        var stream = new RandomStream(8);
        double[] solution = [.. Enumerable.Range(0, matrix.Rows).Select(_ => stream.NextUniform(-1, 1))], b = Product(matrix, solution);
        MatrixMarketWriter.Write(_command.At("b.mtx"), b.Length, 1, b);
        JsonObject solved = _command.Json("solve", _command.At("a"), "--matrix", path, "--rhs", _command.At("b.mtx"), "--tolerance", "1e-8",
            "--output", _command.At("x.mtx"));
        Assert.Equal(expected, (string?)solved["rows"]![0]!["method"]);
        Assert.True((double)solved["residual"]! <= 1e-8);
        Assert.True((double)solved["rows"]![0]!["counts"]!["products"]! > 0);
        Assert.All(beside, method => Assert.Contains(solved["rows"]!.AsArray(), r => (string?)r!["method"] == method));

        // the file, read back and multiplied by a loop of the test's own
        double[] product = Product(matrix, MatrixMarketReader.Read(_command.At("x.mtx")).ToDense());
        double error = Math.Sqrt(product.Zip(b, (p, q) => (p - q) * (p - q)).Sum() / b.Sum(q => q * q));
        Assert.InRange(error, 0, 1.01e-8);
        Assert.Equal((double)solved["residual"]!, error, 1e-10);
    }

    private static double[] Product(SparseMatrix matrix, double[] x)
    {
        double[] y = new double[matrix.Rows];
        for (int i = 0; i < y.Length; i++)
        {
            for (int k = matrix.RowStart[i]; k < matrix.RowStart[i + 1]; k++)
            {
                y[i] += matrix.Values[k] * x[matrix.ColumnIndices[k]];
            }
        }

        return y;
    }

    private static JsonObject Row(JsonObject comparison, string method, int cost) => comparison["rows"]!.AsArray()
        .Select(r => r!.AsObject()).Single(r => (string?)r["method"] == method && (int?)r["cost"] == cost);
}
