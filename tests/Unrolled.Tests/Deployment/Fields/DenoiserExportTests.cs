using System.Globalization;
using System.Text;
using Unrolled.Deployment.Fields;
using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Tests.Differentiation;

namespace Unrolled.Tests.Deployment.Fields;

/// <summary>Exported networks are compiled and run, and must give the values of the library.</summary>
public class DenoiserExportTests
{
    /// <summary>Over the largest value: sums of up to a hundred products run in another order.</summary>
    private const double Tolerance = 1e-15;

    private delegate void Denoise(ReadOnlySpan<double> noisy, int rows, int columns, double sigma, Span<double> clean, Span<double> work);

    private delegate int WorkLength(int rows, int columns);

    private static IEnumerable<(string Name, LearnedDenoiser Denoiser, int Rows, int Columns, double Sigma)> Runs() =>
        ExampleDenoisers.All.SelectMany(d => ExampleDenoisers.Cases(d.Denoiser.Fields == FieldKind.Signals).Select(c => (d.Name, d.Denoiser, c.Rows, c.Columns, c.Sigma)));

    /// <summary>All networks in one file, one compilation: names do not collide. The work is exactly as large as asked for, and watched.</summary>
    [FactIfAvailable("gcc")]
    public void CReproducesTheLibrary()
    {
        string table = string.Join('\n', ExampleDenoisers.All.Select(d => $"    {{ \"{d.Name}\", {d.Name}_denoise, {d.Name}_work }},"));
        string main = $$"""

            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            static const struct { const char *name; int (*denoise)(const double *, size_t, size_t, double, double *, double *); size_t (*work)(size_t, size_t); } all[] = {
            {{table}}
            };
            int main(void)
            {
                char name[100];
                size_t rows, columns;
                double sigma;
                while (scanf("%99s %zu %zu %lf", name, &rows, &columns, &sigma) == 4)
                {
                    for (size_t n = 0; n < sizeof all / sizeof *all; n++)
                    {
                        if (strcmp(all[n].name, name) == 0)
                        {
                            const size_t count = rows * columns, length = all[n].work(rows, columns);
                            double *values = malloc(count * sizeof(double)), *work = malloc((length + 1) * sizeof(double));
                            for (size_t i = 0; i < count; i++)
                            {
                                if (scanf("%lf", values + i) != 1)
                                {
                                    return 2;
                                }
                            }
                            work[length] = 12345.0;
                            if (all[n].denoise(values, rows, columns, 0.0, values, work) != -1 || all[n].denoise(values, 0, columns, sigma, values, work) != -1)
                            {
                                return 3;
                            }
                            if (all[n].denoise(values, rows, columns, sigma, values, work) != 0 || work[length] != 12345.0)
                            {
                                return 4;
                            }
                            for (size_t i = 0; i < count; i++)
                            {
                                printf("%.17g\n", values[i]);
                            }
                            free(values);
                            free(work);
                        }
                    }
                }
                return 0;
            }
            """;
        ExternalProgram.InTemporaryFolder(folder =>
        {
            File.WriteAllText(Path.Combine(folder, "all.c"), string.Concat(ExampleDenoisers.All.Select(d => DenoiserSource.C.Write(d.Denoiser, "an example */ of a network", d.Name))) + main);
            ExternalProgram.Run("gcc", "-std=c99 -Wall -Wextra -Werror -O1 -fsanitize=undefined -fno-sanitize-recover all.c -o all -lm", folder);
            Check(ExternalProgram.Run(Path.Combine(folder, "all"), string.Empty, folder, Lines()));
        });
    }

    [FactIfAvailable("/usr/bin/python3", "-c \"import numpy\"")]
    public void PythonReproducesTheLibrary() => ExternalProgram.InTemporaryFolder(folder =>
    {
        foreach ((string name, LearnedDenoiser denoiser) in ExampleDenoisers.All)
        {
            File.WriteAllText(Path.Combine(folder, name + ".py"), DenoiserSource.Python.Write(denoiser, "an \\example\" of a network", name));
        }

        File.WriteAllText(Path.Combine(folder, "main.py"), """
            import importlib
            import sys
            import warnings
            import numpy as np

            warnings.simplefilter("error")
            for line in sys.stdin:
                name, rows, columns, sigma, *values = line.split()
                denoise = getattr(importlib.import_module(name), name + "_denoise")
                noisy = np.array([float(v) for v in values]).reshape((int(rows), int(columns)))
                for wrong in (lambda: denoise(noisy, 0.0), lambda: denoise(noisy[:0], 0.1), lambda: denoise(noisy[None], 0.1)):
                    try:
                        wrong()
                        sys.exit("a wrong call was not refused")
                    except ValueError:
                        pass
                clean = denoise(noisy, float(sigma))
                assert clean.shape == noisy.shape
                for value in clean.ravel():
                    print(repr(float(value)))

            """);
        Check(ExternalProgram.Run("/usr/bin/python3", "main.py", folder, Lines()));
    });

    [Fact]
    public void CSharpReproducesTheLibrary()
    {
        using CompiledSource compiled = new(ExampleDenoisers.All.Select(d => DenoiserSource.CSharp.Write(d.Denoiser, "an example\nof a network", d.Name)));
        foreach ((string name, LearnedDenoiser denoiser) in ExampleDenoisers.All)
        {
            string type = char.ToUpperInvariant(name[0]) + name[1..];
            Denoise denoise = compiled.Method<Denoise>(type, "Denoise");
            WorkLength length = compiled.Method<WorkLength>(type, "WorkLength");
            foreach ((int rows, int columns, double sigma) in ExampleDenoisers.Cases(denoiser.Fields == FieldKind.Signals))
            {
                double[] noisy = ExampleDenoisers.Input(rows, columns), clean = new double[noisy.Length], work = new double[length(rows, columns)];
                denoise(noisy, rows, columns, sigma, clean, work);
                Check(name, denoiser, rows, columns, sigma, clean);
                Assert.Throws<ArgumentException>(() => denoise(noisy, rows, columns, 0, clean, work));
                Assert.Throws<ArgumentException>(() => denoise(noisy, rows, columns, sigma, clean, work.AsSpan(1)));
                Assert.Throws<ArgumentException>(() => denoise(noisy, rows + 1, columns, sigma, clean, new double[2 * length(rows + 1, columns)]));
            }
        }
    }

    /// <summary>By a naive reader of the file that sums over every kernel point of every pixel.</summary>
    [Fact]
    public void JsonReproducesTheLibrary()
    {
        foreach ((string name, LearnedDenoiser denoiser) in ExampleDenoisers.All)
        {
            var json = new JsonDenoiser(DenoiserSource.Json.Write(denoiser, "an example", name));
            foreach ((int rows, int columns, double sigma) in ExampleDenoisers.Cases(denoiser.Fields == FieldKind.Signals))
            {
                Check(name, denoiser, rows, columns, sigma, json.Denoise(ExampleDenoisers.Input(rows, columns), rows, columns, sigma));
            }
        }
    }

    /// <summary>The comparison sees a change of one kernel in the fifth digit.</summary>
    [Fact]
    public void AnotherKernelIsNoticed()
    {
        LearnedDenoiser denoiser = ExampleDenoisers.Symmetric(new());
        Parameters changed = denoiser.Parameters;
        changed["kernels"][7] *= 1.00001;
        var json = new JsonDenoiser(DenoiserSource.Json.Write(new LearnedDenoiser(denoiser.Network, changed, FieldKind.Images, 1, denoiser.Noise), "changed", "changed"));
        double[] noisy = ExampleDenoisers.Input(13, 9);
        Assert.InRange(ExampleDenoisers.Difference(ExampleDenoisers.Expected(denoiser, noisy, 13, 9, 0.1), json.Denoise(noisy, 13, 9, 0.1)), 1e-9, 1e-3);
    }

    [Fact]
    public void OtherBoundariesAreRefused()
    {
        LearnedDenoiser periodic = ExampleDenoisers.Symmetric(new() { Boundary = Boundary.Periodic });
        Assert.Contains("Periodic", Assert.Throws<ArgumentException>(() => DenoiserSource.C.Write(periodic, "a", "a")).Message);
        Assert.Contains("Periodic", Assert.Throws<ArgumentException>(() => OnnxDenoiserModel.Write(periodic, "a", "a")).Message);
    }

    /// <summary>Values share memory: a deep network needs no more than a shallow one.</summary>
    [Fact]
    public void MemoryDoesNotGrowWithTheNumberOfBlocks()
    {
        int Slots(int blocks) => FieldProgram.Of(ExampleDenoisers.Symmetric(new() { Blocks = blocks, Terms = NetworkTerms.Data })).Slots.Sum(s => s.Channels);
        Assert.Equal(2, Slots(2));
        Assert.Equal(2, Slots(20));
    }

    private static string Lines()
    {
        var text = new StringBuilder();
        foreach ((string name, _, int rows, int columns, double sigma) in Runs())
        {
            text.AppendJoin(' ', [name, .. new double[] { rows, columns, sigma }.Concat(ExampleDenoisers.Input(rows, columns)).Select(v => v.ToString("R", CultureInfo.InvariantCulture))]).Append('\n');
        }

        return text.ToString();
    }

    private static void Check(string output)
    {
        double[] numbers = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => double.Parse(l, CultureInfo.InvariantCulture))];
        int at = 0;
        foreach ((string name, LearnedDenoiser denoiser, int rows, int columns, double sigma) in Runs())
        {
            Check(name, denoiser, rows, columns, sigma, numbers[at..(at += rows * columns)]);
        }

        Assert.Equal(numbers.Length, at);
    }

    private static void Check(string name, LearnedDenoiser denoiser, int rows, int columns, double sigma, double[] actual)
    {
        double difference = ExampleDenoisers.Difference(ExampleDenoisers.Expected(denoiser, ExampleDenoisers.Input(rows, columns), rows, columns, sigma), actual);
        Assert.True(difference <= Tolerance, FormattableString.Invariant($"{name}, {rows} x {columns}, sigma {sigma}: differs by {difference:g3}"));
    }
}
