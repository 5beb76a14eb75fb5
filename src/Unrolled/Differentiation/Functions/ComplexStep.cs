namespace Unrolled.Differentiation;

/// <summary>
/// The derivative along a direction by a complex step: a graph that evaluates the function at <c>x + i h v</c>, real and imaginary part
/// of every operation, and returns <c>Im F / h</c>. No difference is taken, so the step h = 2^-100 costs no digits.
/// </summary>
/// <remarks>
/// Sums, products and quotients are those of complex numbers. An elementary function of <c>a + i b</c> is <c>f(a) + i b f'(a)</c>: what
/// is left out of its continuation is of the order <c>b^2</c>, 60 digits below. Parts without the unknowns stay real. Reference: W. Squire and
/// G. Trapp, SIAM Rev. 40 (1998) 110-112, doi:10.1137/S003614459631241X.
/// </remarks>
internal static class ComplexStep
{
    private const double Step = 7.888609052210118e-31; // 2^-100: scaling by it rounds nothing

    /// <summary>The function (inputs, direction) -> Im F(x + i h v) / h for the input at a position.</summary>
    /// <exception cref="ArgumentException">An operation on the input has no complex continuation.</exception>
    public static Function Differentiate(Function function, int input)
    {
        FunctionBuilder builder = new();
        Expression[][] arguments = [.. function.Inputs.Select(builder.Input)];
        Expression[] direction = builder.InputWithPrefix("v_", function.Inputs[input] with { Kind = InputKind.PerInstance });
        Node[] nodes = function.Nodes;
        Expression[] real = new Expression[nodes.Length];
        Expression?[] imaginary = new Expression?[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            real[i] = Evaluation.Of(nodes[i], real, arguments);
            if (nodes[i].Operation == Operation.Input && nodes[i].A == input)
            {
                imaginary[i] = Step * direction[nodes[i].B];
            }
            else if (Enumerable.Range(0, nodes[i].OperandCount).Any(k => imaginary[nodes[i].Operand(k)] is not null))
            {
                (real[i], imaginary[i]) = Evaluate(nodes[i], real[i], real, imaginary);
            }
        }

        for (int o = 0; o < function.Outputs.Count; o++)
        {
            Expression[] components = [.. function.OutputNodes[o].Select(index => imaginary[index] is { } part ? part / Step : 0.0)];
            builder.Output(function.Outputs[o] with { Name = "v_" + function.Outputs[o].Name }, components);
        }

        return builder.Build();
    }

    /// <summary>An operation of which at least one operand is not real; <paramref name="r"/> is its value for the real parts alone.</summary>
    private static (Expression Real, Expression? Imaginary) Evaluate(Node node, Expression r, Expression[] real, Expression?[] imaginary)
    {
        int count = node.OperandCount;
        Expression a = real[node.A], b = count > 1 ? real[node.B] : default, c = count > 2 ? real[node.C] : default;
        Expression? ai = imaginary[node.A], bi = count > 1 ? imaginary[node.B] : null, ci = count > 2 ? imaginary[node.C] : null;
        switch (node.Operation)
        {
            case Operation.Multiply or Operation.MultiplyAdd:
                return (ai is { } x && bi is { } y ? r - (x * y) : r, Sum(Sum(Times(ai, b), Times(bi, a)), ci));
            case Operation.Divide when bi is { } divisor:
                Expression ratio = divisor / b, size = b + (divisor * ratio);
                return ((ai is { } part ? a + (part * ratio) : a) / size, (ai is { } top ? top - (a * ratio) : -(a * ratio)) / size);
            case Operation.Absolute or Operation.Sign or Operation.Minimum or Operation.Maximum or Operation.Less or Operation.Select:
                throw new ArgumentException(
                    $"the complex step needs an analytic function, but {NameOf(node.Operation)} of an unknown is none; use exact products or forward differences");
        }

        Expression? sum = null;
        for (int k = 0; k < count; k++)
        {
            if (imaginary[node.Operand(k)] is { } direction)
            {
                sum = Sum(sum, PartialDerivative.Times(node.Operation, k, direction, r, a, b, c));
            }
        }

        return (r, sum);
    }

    private static Expression? Times(Expression? imaginary, Expression factor) => imaginary is { } x ? x * factor : null;

    private static Expression? Sum(Expression? first, Expression? second) => first is { } a && second is { } b ? a + b : first ?? second;

    private static string NameOf(Operation operation) => operation switch
    {
        Operation.Absolute => "'abs'",
        Operation.Sign => "'sign'",
        Operation.Minimum => "'min'",
        Operation.Maximum => "'max'",
        _ => "a comparison",
    };
}
