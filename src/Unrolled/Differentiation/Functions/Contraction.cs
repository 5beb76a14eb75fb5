namespace Unrolled.Differentiation;

/// <summary>
/// Fuses products with the sums that they stand in: <c>a b + c</c>, <c>c - a b</c> and <c>a b - c</c> become one operation with one rounding
/// where the product is needed nowhere else.
/// </summary>
/// <remarks>
/// About a third fewer operations in typical right-hand sides, other bits, errors that are not larger on the whole. Of a sum of two products
/// the second is fused. The result is a graph like any other: the interpreter and every processor give the same bits.
/// </remarks>
internal static class Contraction
{
    /// <summary>The contracted function.</summary>
    public static Function Of(Function function)
    {
        int[] uses = new int[function.Nodes.Length];
        foreach (Node node in function.Nodes)
        {
            for (int k = 0; k < node.OperandCount; k++)
            {
                uses[node.Operand(k)]++;
            }
        }

        foreach (int index in function.OutputNodes.SelectMany(o => o))
        {
            uses[index]++;
        }

        FunctionBuilder builder = new();
        Expression[][] inputs = [.. function.Inputs.Select(builder.Input)];
        Expression[] values = new Expression[function.Nodes.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Fused(function.Nodes, i, uses, values) ?? Evaluation.Of(function.Nodes[i], values, inputs);
        }

        for (int o = 0; o < function.Outputs.Count; o++)
        {
            builder.Output(function.Outputs[o], [.. function.OutputNodes[o].Select(index => values[index])]);
        }

        return builder.Build();
    }

    private static Expression? Fused(Node[] nodes, int index, int[] uses, Expression[] values)
    {
        Node node = nodes[index];
        if (node.Operation is not (Operation.Add or Operation.Subtract))
        {
            return null;
        }

        bool subtracts = node.Operation == Operation.Subtract;
        if (IsProduct(node.B))
        {
            Node product = nodes[node.B];
            return Expression.MultiplyAdd(subtracts ? -values[product.A] : values[product.A], values[product.B], values[node.A]);
        }

        if (IsProduct(node.A))
        {
            Node product = nodes[node.A];
            return Expression.MultiplyAdd(values[product.A], values[product.B], subtracts ? -values[node.B] : values[node.B]);
        }

        return null;

        bool IsProduct(int operand) => nodes[operand].Operation == Operation.Multiply && uses[operand] == 1;
    }
}
