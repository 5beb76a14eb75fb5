using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Tests.Differentiation;

public class DerivativeTests
{
    public static TheoryData<string> Expressions =>
    [
        "a + b*c", "a - b", "a/b", "-a*b", "a^3", "a^-2", "a^2.5", "a^b", "2^a", "sqrt(a)", "abs(a - 1)", "sign(a)*b", "min(a, b)", "max(a, b, c)",
        "exp(a)", "log(a)", "log10(a)", "sin(a)", "cos(a*b)", "tan(a)", "asin(a/3)", "acos(a/3)", "atan(a)", "atan2(a, b)", "sinh(a)", "cosh(a)",
        "tanh(a)", "pow(a, c)", "sum(i, 1, 3, a^i/i)", "exp(-a^2)*sin(b*t) + q/(1 + c^2)", "q*a*b*c + q^2",
    ];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void ProductsAgreeWithCentralDifferencesAndWithEachOther(string expression)
    {
        Function f = Function.ParseEquations($"da = {expression}\ndb = a*b\ndc = q*c + a", ["q"]);
        Random random = new(expression.Length);
        double[] y = [0.4 + random.NextDouble(), 0.4 + random.NextDouble(), 0.4 + random.NextDouble()], p = [1.3];
        double[] v = [random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5], w = [random.NextDouble()];
        double[] u = [random.NextDouble(), random.NextDouble() - 0.5, random.NextDouble()];
        double[] jv = new double[3], ju = new double[3], jp = new double[1];
        InstanceRange one = new(1);
        f.JacobianVectorProduct("y", "p").Kernel.Run([y, p, new[] { 0.7 }, v, w], [jv], one);
        f.VectorJacobianProduct("y", "p").Kernel.Run([y, p, new[] { 0.7 }, u], [ju, jp], one);

        const double h = 1e-5;
        double[] plus = At(h), minus = At(-h);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal((plus[i] - minus[i]) / (2 * h), jv[i], 1e-7 * (1 + Math.Abs(jv[i])));
        }

        double left = u.Zip(jv, (a, b) => a * b).Sum(), right = ju.Zip(v, (a, b) => a * b).Sum() + (jp[0] * w[0]);
        Assert.Equal(left, right, 1e-13 * (1 + Math.Abs(left)));

        double[] At(double step)
        {
            double[] dy = new double[3];
            f.Kernel.Evaluate(y.Zip(v, (a, b) => a + (step * b)).ToArray(), [p[0] + (step * w[0])], 0.7, dy, 1);
            return dy;
        }
    }

    [Fact]
    public void DerivativesOfDerivativesAreFunctionsToo()
    {
        Function f = Function.ParseEquations("dx = x^4", []);
        Function second = f.JacobianVectorProduct("y").JacobianVectorProduct("y");
        double[] result = new double[1];
        second.Kernel.Run([new[] { 3.0 }, Array.Empty<double>(), new[] { 0.0 }, new[] { 1.0 }, new[] { 1.0 }], [result], new InstanceRange(1));
        Assert.Equal(12 * 9, result[0], 1e-12);
    }

    [Fact]
    public void ThePatternOfATridiagonalSystemIsTridiagonal()
    {
        Function f = Function.ParseEquations("u[0] = 0\nu[101] = 1\ndu[i] = u[i-1] - 2*u[i] + u[i+1] for i = 1..100", []);
        SparsityPattern pattern = f.JacobianPattern();
        Assert.Equal(298, pattern.Columns.Length);
        Assert.Equal([0, 1], pattern.Row(0).ToArray());
        Assert.Equal([63, 64, 65], pattern.Row(64).ToArray());
        Assert.Equal([98, 99], pattern.Row(99).ToArray());
    }

    [Fact]
    public void TheReverseProductCostsAtMostFiveTimesTheFunction()
    {
        Function f = Function.ParseEquations("dH[i] = sum(j, 1, 20, mu[j]*H[j]/(mu[i] + mu[j])) - H[i] for i = 1..20", ["mu[20]"]);
        Assert.InRange(f.VectorJacobianProduct("y").OperationCount, 1, 5 * f.OperationCount);
    }
}
