using System.Globalization;
using Unrolled.Differentiation;
using Unrolled.Tests.Deployment;

namespace Unrolled.Tests.Differentiation;

public class ExportTests
{
    private const string Text = """
        r = sqrt(x^2 + y^2) + 1e-3
        dx = min(x, y)*exp(-x^2) + log(r)*sin(t*x) - tanh(y)/mu + log10(r) + sign(x)
        dy = mu*(1 - x^2)*y - x^3 + max(x, cos(y)) + atan2(y, x) + abs(y)^1.7 + asin(x/9) + acos(y/9) + atan(x) + sinh(y) + cosh(x) + tan(x) + 0.1
        """;

    [FactIfAvailable("gcc")]
    public void CReproducesTheLibrary()
    {
        string main = """
            int main(void)
            {
                double y[2], p[1], t, dy[2];
                while (scanf("%lf %lf %lf %lf", &y[0], &y[1], &p[0], &t) == 4)
                {
                    f(y, p, t, dy);
                    printf("%.17g %.17g\n", dy[0], dy[1]);
                }
                return 0;
            }
            """;
        string source = "#include <math.h>\n#include <stdio.h>\n" + Subject().Export(SourceLanguage.C, "f") + main;
        ExternalProgram.InTemporaryFolder(folder =>
        {
            File.WriteAllText(Path.Combine(folder, "f.c"), source);
            ExternalProgram.Run("gcc", "-Wall -Wextra -Werror -std=c99 -O2 f.c -o f -lm", folder, "");
            Compare(input => ExternalProgram.Run(Path.Combine(folder, "f"), "", folder, input));
        });
    }

    [FactIfAvailable("/usr/bin/python3", "-c \"import numpy\"")]
    public void PythonReproducesTheLibrary()
    {
        string main = "import sys\nfor line in sys.stdin:\n    a = [float(w) for w in line.split()]\n    print(*[repr(float(v)) for v in f(a[:2], a[2:3], a[3])])\n";
        ExternalProgram.InTemporaryFolder(folder =>
        {
            File.WriteAllText(Path.Combine(folder, "f.py"), "import numpy as np\n\n\n" + Subject().Export(SourceLanguage.Python, "f") + "\n\n" + main);
            Compare(input => ExternalProgram.Run("/usr/bin/python3", "f.py", folder, input));
        });
    }

    [Fact]
    public void CSharpIsStraightLineCode()
    {
        string source = Function.ParseEquations("dx = y\ndy = mu*(1 - x^2)*y - max(x, 0.1)", ["mu"]).Export(SourceLanguage.CSharp, "VanDerPol");
        Assert.Equal("""
            static double Maximum(double a, double b) => a > b || double.IsNaN(a) ? a : b;
            static void VanDerPol(ReadOnlySpan<double> y, ReadOnlySpan<double> p, double t, Span<double> dy)
            {
                double v3 = y[0] * y[0];
                double v5 = 1.0 - v3;
                double v6 = p[0] * v5;
                double v7 = y[1] * v6;
                double v9 = Maximum(y[0], 0.1);
                double v10 = v7 - v9;
                dy[0] = y[1];
                dy[1] = v10;
            }

            """.ReplaceLineEndings("\n"), source);
    }

    private static Function Subject() => Function.ParseEquations(Text, ["mu"]);

    private static void Compare(Func<string, string> run)
    {
        Random random = new(2);
        double[][] cases = [.. Enumerable.Range(0, 200).Select(_ => new[] { random.NextDouble() * 4, (random.NextDouble() * 4) - 2, 1 + random.NextDouble(), random.NextDouble() })];
        string input = string.Concat(cases.Select(c => string.Join(' ', c.Select(v => v.ToString("R", CultureInfo.InvariantCulture))) + "\n"));
        string[] lines = run(input).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Kernel kernel = Subject().Kernel;
        for (int i = 0; i < cases.Length; i++)
        {
            double[] dy = new double[2];
            kernel.Evaluate(cases[i].AsSpan(0, 2), cases[i].AsSpan(2, 1), cases[i][3], dy, 1);
            double[] other = [.. lines[i].Split(' ').Select(w => double.Parse(w, CultureInfo.InvariantCulture))];

            // Relative to the largest term of these sums.
            Assert.Equal(dy[0], other[0], 1e-15 * Math.Max(4, Math.Abs(dy[0])));
            Assert.Equal(dy[1], other[1], 1e-15 * Math.Max(60, Math.Abs(dy[1])));
        }
    }
}
