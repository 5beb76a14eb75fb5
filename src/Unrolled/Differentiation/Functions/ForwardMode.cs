namespace Unrolled.Differentiation;

/// <summary>Derivatives along a direction: every node carries the derivative of its value, zeros are never computed.</summary>
internal static class ForwardMode
{
    /// <summary>The function (inputs, directions) -> J times the directions.</summary>
    public static Function Differentiate(Function function, int[] inputs)
    {
        FunctionBuilder builder = new();
        Expression[][] arguments = [.. function.Inputs.Select(builder.Input)];
        Expression[]?[] directions = new Expression[]?[function.Inputs.Count];
        foreach (int input in inputs)
        {
            directions[input] = builder.InputWithPrefix("v_", function.Inputs[input] with { Kind = InputKind.PerInstance });
        }

        Node[] nodes = function.Nodes;
        Expression[] values = new Expression[nodes.Length];
        Expression?[] derivatives = new Expression?[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            Node node = nodes[i];
            values[i] = Evaluation.Of(node, values, arguments);
            if (node.Operation == Operation.Input)
            {
                derivatives[i] = directions[node.A]?[node.B];
            }

            if (node.Operation == Operation.MultiplyAdd)
            {
                derivatives[i] = Fused(Fused(derivatives[node.C], derivatives[node.A], values[node.B]), derivatives[node.B], values[node.A]);
                continue;
            }

            for (int k = 0; k < node.OperandCount; k++)
            {
                if (derivatives[node.Operand(k)] is { } direction)
                {
                    Expression? term = PartialDerivative.Times(node.Operation, k, direction, values[i], values[node.A],
                        node.OperandCount > 1 ? values[node.B] : default, node.OperandCount > 2 ? values[node.C] : default);
                    derivatives[i] = derivatives[i] is { } sum && term is { } more ? sum + more : term ?? derivatives[i];
                }
            }
        }

        for (int o = 0; o < function.Outputs.Count; o++)
        {
            Expression[] components = [.. function.OutputNodes[o].Select(index => derivatives[index] ?? 0.0)];
            builder.Output(function.Outputs[o] with { Name = "v_" + function.Outputs[o].Name }, components);
        }

        return builder.Build();
    }

    /// <summary>One more product of the derivative of a fused operation, which is fused like the operation itself.</summary>
    private static Expression? Fused(Expression? sum, Expression? direction, Expression factor) =>
        direction is not { } d ? sum : sum is { } s ? Expression.MultiplyAdd(d, factor, s) : d * factor;
}
