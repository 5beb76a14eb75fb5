using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Operators;

/// <summary>Products with a Jacobian three ways: exact, by complex steps, by differences.</summary>
public class JacobianProductsTests
{
    private const int Instances = 11, M = 10;

    private const string Chandrasekhar = "0 = H[i] - 1/(1 - c/20*sum(j, 1, 10, (i - 0.5)*H[j]/(i + j - 1))) for i = 1..10";

    private static readonly Batch Albedos = Batch.Zeros(1, Instances);

    static JacobianProductsTests()
    {
        for (int s = 0; s < Instances; s++)
        {
            Albedos[0, s] = 0.5 + (0.04 * s);
        }
    }

    [Fact]
    public void The_complex_step_is_exact_and_the_difference_has_half_the_digits()
    {
        FunctionOperator exact = Operator();
        (Batch x, Batch v) = Points();
        double[] complex = Errors(exact, new ComplexStepJacobian(exact), x, v), difference = Errors(exact, new ForwardDifferenceJacobian(exact), x, v);
        Assert.All(complex, e => Assert.InRange(e, 0, 1e-14));
        Assert.All(difference, e => Assert.InRange(e, 1e-12, 1e-7));
        Assert.InRange(difference.Order().ElementAt(Instances / 2), 1e-10, 3e-8);
    }

    [Fact]
    public void Products_agree_with_a_difference_of_higher_order()
    {
        FunctionOperator exact = Operator();
        (Batch x, Batch v) = Points();
        Batch product = Product(exact, x, v), up = Batch.Zeros(M, Instances), down = Batch.Zeros(M, Instances), point = Batch.Zeros(M, Instances);
        const double h = 1e-5;
        Kernels.MultiplyAdd(h, v.Values, x.Values, point.Values);
        exact.Evaluate(point, up);
        Kernels.MultiplyAdd(-h, v.Values, x.Values, point.Values);
        exact.Evaluate(point, down);
        for (int k = 0; k < product.Length; k++)
        {
            Assert.Equal((up.Values[k] - down.Values[k]) / (2 * h), product.Values[k], 1e-8);
        }
    }

    [Fact]
    public void The_operator_written_by_hand_is_the_equation_as_text()
    {
        FunctionOperator text = Operator();
        var hand = new ChandrasekharOperator(M, Albedos);
        (Batch x, Batch v) = Points();
        Batch a = Batch.Zeros(M, Instances), b = Batch.Zeros(M, Instances);
        text.Evaluate(x, a);
        hand.Evaluate(x, b);
        AssertClose(a, b, 1e-13);
        AssertClose(Product(text, x, v), Product(hand, x, v), 1e-13);
        AssertClose(Adjoint(text, x, v), Adjoint(hand, x, v), 1e-13);
    }

    [Fact]
    public void The_adjoint_satisfies_its_definition()
    {
        var hand = new ChandrasekharOperator(M, Albedos);
        (Batch x, Batch v) = Points();
        Batch u = Assembled.Random(M, Instances, new RandomStream(5));
        double[] left = new double[Instances], right = new double[Instances];
        BatchKernels.Dot(Product(hand, x, v), u, left);
        BatchKernels.Dot(v, Adjoint(hand, x, u), right);
        Assert.All(left.Zip(right), p => Assert.Equal(p.First, p.Second, 1e-13));
    }

    [Theory]
    [InlineData("exact")]
    [InlineData("difference")]
    [InlineData("complex")]
    [InlineData("by hand")]
    public void A_batch_has_the_bits_of_its_instances(string way)
    {
        INonlinearOperator f = Way(way);
        (Batch x, Batch v) = Points();
        Batch all = Product(f, x, v);
        foreach (int[] chosen in new int[][] { [4], [10, 0, 3], [.. Enumerable.Range(1, 9)] })
        {
            Batch part = Product(f.Select(chosen), x.Select(chosen), v.Select(chosen));
            Assert.Equal(all.Select(chosen).Values.ToArray(), part.Values.ToArray());
        }
    }

    [Theory]
    [InlineData("exact")]
    [InlineData("difference")]
    [InlineData("complex")]
    public void Entries_are_those_of_products_and_cost_one_product_per_color(string way)
    {
        Function bratu = NonlinearFamilies.Create("bratu-1d").Function!;
        FunctionOperator exact = new(bratu, Batch.Of([2.0]));
        INonlinearOperator f = way switch { "exact" => exact, "complex" => new ComplexStepJacobian(exact), _ => new ForwardDifferenceJacobian(exact) };
        Assert.Equal(3, f.JacobianCost);
        Batch x = Assembled.Random(31, 1, new RandomStream(2)), lin = Linearized(f, x);
        SparsityPattern pattern = f.JacobianPattern!;
        Batch entries = Batch.Zeros(pattern.Count, 1), unit = Batch.Zeros(31, 1), column = Batch.Zeros(31, 1);
        f.JacobianEntries(x, lin, entries);
        double h = 1.0 / 32;
        for (int i = 0; i < 31; i++)
        {
            for (int k = pattern.RowStart[i]; k < pattern.RowStart[i + 1]; k++)
            {
                int j = pattern.Columns[k];
                double expected = i == j ? 2 - (h * h * 2 * Math.Exp(x[i, 0])) : -1;
                Assert.Equal(expected, entries[k, 0], way == "difference" ? 1e-6 : 1e-14);
            }
        }

        Assert.Equal((31 * 3) - 2, pattern.Count);
    }

    [Fact]
    public void All_elementary_functions_have_their_complex_step()
    {
        string[] functions =
        [
            "sin(x)", "cos(x)", "tan(x)", "asin(x/3)", "acos(x/3)", "atan(x)", "sinh(x)", "cosh(x)", "tanh(x)", "exp(x)", "log(x)", "log10(x)", "sqrt(x)",
            "atan2(x, y)", "pow(x, y)", "x^7", "1/x", "x/y", "x*y - y/x", "x^-3", "2^x", "y^2.5", "min(2, 3)*x + abs(-2)*y", "sin(x*y)/(1 + exp(-x))",
        ];
        string text = string.Join('\n', functions.Select(f => $"0 = {f}"));
        string unknowns = "x,y," + string.Join(',', Enumerable.Range(3, functions.Length - 2).Select(i => $"z{i}"));
        var exact = new FunctionOperator(Function.ParseResidual(text, unknowns.Split(','), []), Batch.Zeros(0, 1));
        Batch x = Batch.Zeros(functions.Length, 1), v = Batch.Zeros(functions.Length, 1);
        (x[0, 0], x[1, 0], v[0, 0], v[1, 0]) = (0.7, 1.9, 0.6, -1.3);
        Batch one = Product(exact, x, v), other = Product(new ComplexStepJacobian(exact), x, v);
        for (int i = 0; i < functions.Length; i++)
        {
            Assert.True(Math.Abs(one[i, 0] - other[i, 0]) <= 1e-15 * Math.Max(1, 10 * Math.Abs(one[i, 0])), $"{functions[i]}: {one[i, 0]:R} and {other[i, 0]:R}");
        }
    }

    [Theory]
    [InlineData("abs(x)", "'abs'")]
    [InlineData("sign(x)", "'sign'")]
    [InlineData("min(x, 1)", "'min'")]
    [InlineData("max(2, x*x)", "'max'")]
    public void Functions_without_a_complex_continuation_are_refused(string expression, string name)
    {
        var f = new FunctionOperator(Function.ParseResidual($"0 = {expression}", ["x"], []), Batch.Zeros(0, 1));
        string message = Assert.Throws<ArgumentException>(() => new ComplexStepJacobian(f)).Message;
        Assert.Contains($"the complex step needs an analytic function, but {name} of an unknown is none", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_along_zero_is_zero_and_along_a_long_direction_is_scaled()
    {
        var f = new ForwardDifferenceJacobian(new FunctionOperator(Function.ParseResidual("0 = x^2", ["x"], []), Batch.Zeros(0, 1)));
        Assert.Equal(0, Product(f, Batch.Of([3.0]), Batch.Of([0.0]))[0, 0]);
        Assert.Equal(6, Product(f, Batch.Of([3.0]), Batch.Of([1e12]))[0, 0] / 1e12, 1e-7);
        Assert.Equal(6, Product(f, Batch.Of([3.0]), Batch.Of([1e-12]))[0, 0] * 1e12, 1e-7);
        Assert.Equal(2, Product(f, Batch.Of([1e9]), Batch.Of([1.0]))[0, 0] / 1e9, 1e-7);
    }

    private static FunctionOperator Operator() => new(Function.ParseResidual(Chandrasekhar, ["H[10]"], ["c"]), Albedos);

    private static INonlinearOperator Way(string way) => way switch
    {
        "difference" => new ForwardDifferenceJacobian(Operator()),
        "complex" => new ComplexStepJacobian(Operator()),
        "by hand" => new ChandrasekharOperator(M, Albedos),
        _ => Operator(),
    };

    private static (Batch X, Batch V) Points()
    {
        Batch x = Assembled.Random(M, Instances, new RandomStream(1));
        for (int k = 0; k < x.Length; k++)
        {
            x.Values[k] = 1 + (0.3 * x.Values[k]);
        }

        return (x, Assembled.Random(M, Instances, new RandomStream(2)));
    }

    private static double[] Errors(INonlinearOperator exact, INonlinearOperator other, Batch x, Batch v)
    {
        Batch a = Product(exact, x, v), b = Product(other, x, v), difference = Batch.Zeros(a.Components, a.Instances);
        double[] norms = new double[a.Instances], errors = new double[a.Instances];
        Kernels.Subtract<double>(a.Values, b.Values, difference.Values);
        BatchKernels.Norm(a, norms);
        BatchKernels.Norm(difference, errors);
        return [.. errors.Zip(norms, (e, n) => e / n)];
    }

    private static Batch Linearized(INonlinearOperator f, Batch x)
    {
        Batch linearization = Batch.Zeros(f.LinearizationComponents, x.Instances);
        f.Linearize(x, linearization);
        return linearization;
    }

    private static Batch Product(INonlinearOperator f, Batch x, Batch v)
    {
        Batch product = Batch.Zeros(x.Components, x.Instances);
        f.ApplyJacobian(x, Linearized(f, x), v, product);
        return product;
    }

    private static Batch Adjoint(INonlinearOperator f, Batch x, Batch u)
    {
        Batch product = Batch.Zeros(x.Components, x.Instances);
        f.ApplyJacobianAdjoint(x, Linearized(f, x), u, product);
        return product;
    }

    private static void AssertClose(Batch a, Batch b, double tolerance)
    {
        for (int k = 0; k < a.Length; k++)
        {
            Assert.Equal(a.Values[k], b.Values[k], tolerance);
        }
    }
}
