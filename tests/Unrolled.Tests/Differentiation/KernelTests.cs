using System.Numerics;
using Unrolled.Differentiation;

namespace Unrolled.Tests.Differentiation;

public unsafe class KernelTests
{
    private const string VanDerPolText = "dx = y\ndy = mu*(1 - x^2)*y - x";

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void CompiledCodeHasTheBitsOfTheInterpreterForEverySplit(int seed)
    {
        Function f = RandomFunctions.Create(seed, operations: 5 + (seed * 4));
        Kernel compiled = Kernel.Create(f), reference = Kernel.Interpreted(f);
        Kernel[] narrow = [Kernel.Compiled(f, MachineVector.Half), Kernel.Compiled(f, MachineVector.Quarter)];
        Assert.True(compiled.IsCompiled);
        int[] sizes = [1, 7, 8, 9, 31, 64, 77];
        foreach (int n in sizes)
        {
            double[] y = RandomFunctions.Numbers(seed + n, 4 * n), p = RandomFunctions.Numbers(seed - n, 3 * n), a = new double[5 * n], b = new double[5 * n];
            reference.Evaluate(y, p, 0.25, a, n);
            compiled.Evaluate(y, p, 0.25, b, n);
            RandomFunctions.AssertSameBits(a, b, $"seed {seed}, {n} instances");

            foreach (Kernel kernel in narrow)
            {
                Array.Clear(b);
                kernel.Evaluate(y, p, 0.25, b, n);
                RandomFunctions.AssertSameBits(a, b, $"seed {seed}, {n} instances, narrow registers");
            }

            Array.Clear(b);
            double[] t = [0.25];
            for (int start = 0; start < n; start += 5)
            {
                compiled.Run([y, p, t], [b], new InstanceRange(n, start, Math.Min(5, n - start)));
            }

            RandomFunctions.AssertSameBits(a, b, $"seed {seed}, {n} instances in chunks of 5");
        }
    }

    [Theory]
    [InlineData("pow")]
    [InlineData("atan2")]
    [InlineData("min")]
    [InlineData("max")]
    [InlineData("less")]
    [InlineData("select")]
    public void AConstantOperandChangesNoBits(string name)
    {
        // Comparisons with constants are what a just-in-time compiler folds, and has folded wrongly.
        double[] numbers = [0.0, -0.0, 1, -1, 2, -2, 0.5, 3.5, 1e300, -7.25, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 5e-324];
        int n = numbers.Length;
        FunctionBuilder builder = new();
        Expression x = builder.Input("x", 1)[0];
        Expression Of(Expression a, Expression b) => name switch
        {
            "pow" => Expression.Pow(a, b),
            "atan2" => Expression.Atan2(a, b),
            "min" => Expression.Min(a, b),
            "max" => Expression.Max(a, b),
            "less" => Expression.Record(Operation.Less, a, b),
            _ => Expression.Select(a, b, 2, x) + Expression.Select(x, a, b, 1),
        };
        Function f = builder.Output("r", [.. numbers.Select(c => Of(x, c)), .. numbers.Select(c => Of(c, x))]).Build();
        double[] expected = new double[2 * n * n], actual = new double[2 * n * n];
        Kernel.Interpreted(f).Run([numbers], [expected], new InstanceRange(n));
        f.Kernel.Run([numbers], [actual], new InstanceRange(n));
        RandomFunctions.AssertSameBits(expected, actual, name);
    }

    [Fact]
    public void Contracted_functions_compile_to_the_bits_of_the_interpreter_and_have_fewer_operations()
    {
        Function f = Function.ParseEquations("dx = y*a - x*x + 3*(x*y)\ndy = a*(1 - x^2)*y - x - a*y", ["a"]);
        Function contracted = f.Contracted();
        Assert.True(contracted.OperationCount < f.OperationCount);
        Assert.Same(contracted, f.Contracted());
        double[] y = [.. Enumerable.Range(0, 2 * 19).Select(i => 2 * Math.Sin(i + 0.3))], p = [.. Enumerable.Range(0, 19).Select(i => Math.Cos(i))];
        double[] written = new double[2 * 19], fused = new double[2 * 19], interpreted = new double[2 * 19];
        f.Kernel.Evaluate(y, p, 0, written, 19);
        contracted.Kernel.Evaluate(y, p, 0, fused, 19);
        Kernel.Interpreted(contracted).Evaluate(y, p, 0, interpreted, 19);
        Assert.Equal(interpreted, fused);
        Assert.NotEqual(written, fused);
        Assert.All(written.Zip(fused), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }

    [Fact]
    public void SharedParametersEqualRepeatedOnes()
    {
        Function f = RandomFunctions.Create(3, 60), shared = f.With("p", InputKind.Uniform);
        const int n = 19;
        double[] y = RandomFunctions.Numbers(1, 4 * n), p = [0.3, -1.1, 2.5], repeated = [.. p.SelectMany(v => Enumerable.Repeat(v, n))];
        double[] a = new double[5 * n], b = new double[5 * n];
        f.Kernel.Evaluate(y, repeated, 1.5, a, n);
        shared.Kernel.Evaluate(y, p, 1.5, b, n);
        RandomFunctions.AssertSameBits(a, b, "shared parameters");
    }

    [Fact]
    public void TracedCodeHasTheBitsOfTheTextAndOfPlainDoubles()
    {
        Function text = Function.ParseEquations(VanDerPolText, ["mu"]), traced = Function.Trace(VanDerPol, 2, 1);
        const int n = 21;
        double[] y = RandomFunctions.Numbers(5, 2 * n), mu = RandomFunctions.Numbers(6, n), a = new double[2 * n], b = new double[2 * n];
        text.Kernel.Evaluate(y, mu, 0, a, n);
        traced.Kernel.Evaluate(y, mu, 0, b, n);
        RandomFunctions.AssertSameBits(a, b, "text and C#");
        for (int s = 0; s < n; s++)
        {
            double[] dy = new double[2];
            VanDerPol<double>([y[s], y[n + s]], [mu[s]], 0, dy);
            RandomFunctions.AssertSameBits(dy, [b[s], b[n + s]], "C# on doubles");
        }
    }

    [Fact]
    public void AStepCompiledAsOneFunctionHasTheBitsOfItsParts()
    {
        Function f = Function.ParseEquations(VanDerPolText, ["mu"]);
        FunctionBuilder builder = new();
        Expression[] y = builder.Input("y", 2), p = builder.Input("p", 1);
        Expression t = builder.Uniform("t"), h = builder.Uniform("h");
        Expression[] k1 = f.Apply(y, p, t);
        Expression[] middle = [y[0] + (h * k1[0]), y[1] + (h * k1[1])];
        Expression[] k2 = f.Apply(middle, p, t + h);
        Function heun = builder.Output("y", y[0] + (h * 0.5 * (k1[0] + k2[0])), y[1] + (h * 0.5 * (k1[1] + k2[1]))).Build();

        const int n = 37;
        const double step = 0.1;
        double[] state = RandomFunctions.Numbers(8, 2 * n), mu = RandomFunctions.Numbers(9, n);
        double[] a = new double[2 * n], b = new double[2 * n], stage = new double[2 * n], expected = new double[2 * n];
        f.Kernel.Evaluate(state, mu, 0, a, n);
        for (int i = 0; i < 2 * n; i++)
        {
            stage[i] = state[i] + (step * a[i]);
        }

        f.Kernel.Evaluate(stage, mu, 0, b, n);
        for (int i = 0; i < 2 * n; i++)
        {
            expected[i] = state[i] + (step * 0.5 * (a[i] + b[i]));
        }

        heun.Kernel.Run([state, mu, new[] { 0.0 }, new[] { step }], [state], new InstanceRange(n));
        RandomFunctions.AssertSameBits(expected, state, "fused step, in place");
    }

    [Fact]
    public void EvaluationAllocatesNothing()
    {
        Function f = Function.ParseEquations(VanDerPolText, ["mu"]);
        double[] y = new double[2 * 13], mu = new double[13], dy = new double[2 * 13], t = [0];
        Kernel interpreter = Kernel.Interpreted(f);
        void Go()
        {
            f.Kernel.Evaluate(y, mu, 0, dy, 13);
            f.Kernel.Run([y, mu, t], [dy], new InstanceRange(13));
            interpreter.Evaluate(y, mu, 0, dy, 13);
        }

        Go();
        Assert.Equal(0, Allocation.Of(Go));
    }

    [Fact]
    public void LargeFunctionsAreInterpreted()
    {
        Function f = Function.ParseEquations("dx[i] = sum(j, 1, 60, x[j]*a[i]) - x[i] for i = 1..60", ["a[60]"]);
        Assert.False(f.Kernel.IsCompiled);
        double[] y = [.. Enumerable.Range(1, 180).Select(i => 1.0 / i)], dy = new double[60 * 3];
        f.Kernel.Evaluate(y, new double[180], 0, dy, 3);
        Assert.Equal(-y[^1], dy[^1]);
    }

    [Fact]
    public void SimplificationKeepsBits()
    {
        FunctionBuilder builder = new();
        Expression x = builder.Input("x", 1)[0];
        Assert.Equal(x, x * 1);
        Assert.Equal(x, x / 1);
        Assert.Equal(x, -(-x));
        Assert.Equal(x, x - 0.0);
        Assert.Equal(x, x + -0.0);
        Assert.NotEqual(x, x + 0.0);
        Assert.NotEqual(Expression.Zero, x * 0);
        Assert.Equal(x * x, Expression.Pow(x, 2));
        Assert.Equal(x * x * x * (x * x), Expression.Pow(x, 3) * Expression.Pow(x, 2));
        Assert.Equal((x + 1) * x, x * (1 + x));
        Assert.Equal(x * 0.25, x / 4);
        Assert.Equal((Expression)Math.Sqrt(2), Expression.Sqrt(2));
    }

    [Fact]
    public void WrongLengthsAreNamedWithBothNumbers()
    {
        Function f = Function.ParseEquations(VanDerPolText, ["mu"]);
        string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
        Assert.Equal("'y' needs 6 numbers, 5 were given", Message(() => f.Kernel.Evaluate(new double[5], new double[3], 0, new double[6], 3)));
        Assert.Equal("the function has 3 input vectors, 1 arrays were given", Message(() => f.Kernel.Run([new double[5]], [], new InstanceRange(1))));
        Assert.Equal("the function has no input 'q'; it has y, p, t", Message(() => f.JacobianVectorProduct("q")));
        Assert.Equal("5 instances from 4 do not fit into a stride of 8", Message(() => new InstanceRange(8, 4, 5)));
    }

    [Fact]
    public void ABranchOnARecordedValueIsRefused()
    {
        NotSupportedException e = Assert.Throws<NotSupportedException>(() => Function.Trace(Branching, 1, 0));
        Assert.Equal("a recorded expression has no value to branch on; use Min, Max, Abs or Select", e.Message);
    }

    private static void VanDerPol<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> p, T t, Span<T> dy)
        where T : INumberBase<T>
    {
        dy[0] = y[1];
        dy[1] = (p[0] * (T.One - (y[0] * y[0])) * y[1]) - y[0];
    }

    private static void Branching<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> p, T t, Span<T> dy)
        where T : INumber<T> => dy[0] = y[0] > T.Zero ? y[0] : t;
}
