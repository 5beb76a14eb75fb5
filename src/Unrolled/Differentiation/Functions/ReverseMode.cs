namespace Unrolled.Differentiation;

/// <summary>Derivatives of a weighted sum of the outputs with respect to everything, from the last node to the first.</summary>
internal static class ReverseMode
{
    /// <summary>The function (inputs, weights) -> weights times J, one output per chosen input.</summary>
    public static Function Differentiate(Function function, int[] inputs)
    {
        FunctionBuilder builder = new();
        Expression[][] arguments = [.. function.Inputs.Select(builder.Input)];
        Expression?[] adjoints = Weights(builder, function);
        Expression?[][] results = Sweep(function, inputs, arguments, adjoints, (sum, term) => sum + term);
        for (int k = 0; k < inputs.Length; k++)
        {
            FunctionVector vector = function.Inputs[inputs[k]];
            builder.Output(vector with { Name = "u_" + vector.Name, Kind = InputKind.PerInstance }, [.. results[k].Select(r => r ?? 0.0)]);
        }

        return builder.Build();
    }

    /// <summary>
    /// The function (inputs, weights, sums) -> (weights times J for <paramref name="carried"/>, sums + weights times J for
    /// <paramref name="summed"/>): one step of a reverse sweep that adds up a gradient. Products are added to their sums with one rounding,
    /// as <see cref="Operation.MultiplyAdd"/> nodes, and the sums begin at those given; a third less operations than the products alone.
    /// </summary>
    public static Function DifferentiateInto(Function function, int carried, int summed)
    {
        FunctionBuilder builder = new();
        Expression[][] arguments = [.. function.Inputs.Select(builder.Input)];
        Expression?[] adjoints = Weights(builder, function);
        FunctionVector vector = function.Inputs[summed] with { Kind = InputKind.PerInstance };
        Expression[] sums = builder.InputWithPrefix("sum_", vector);
        for (int i = 0; i < function.Nodes.Length; i++)
        {
            if (function.Nodes[i] is { Operation: Operation.Input } node && node.A == summed)
            {
                adjoints[i] = adjoints[i] is { } weight ? weight + sums[node.B] : sums[node.B];
            }
        }

        Expression?[][] results = Sweep(function, [carried, summed], arguments, adjoints, Expression.AddProduct);
        return builder.Output("carried", [.. results[0].Select(r => r ?? 0.0)])
            .Output("summed", [.. results[1].Zip(sums, (r, sum) => r ?? sum)]).Build();
    }

    /// <summary>A new input of weights for each output, as the derivatives of the weighted sum with respect to the nodes of the outputs.</summary>
    private static Expression?[] Weights(FunctionBuilder builder, Function function)
    {
        Expression?[] adjoints = new Expression?[function.Nodes.Length];
        for (int o = 0; o < function.Outputs.Count; o++)
        {
            Expression[] weights = builder.InputWithPrefix("u_", function.Outputs[o]);
            for (int k = 0; k < weights.Length; k++)
            {
                int node = function.OutputNodes[o][k];
                adjoints[node] = adjoints[node] is { } sum ? sum + weights[k] : weights[k];
            }
        }

        return adjoints;
    }

    private static Expression?[][] Sweep(
        Function function, int[] inputs, Expression[][] arguments, Expression?[] adjoints, Func<Expression, Expression, Expression> add)
    {
        Node[] nodes = function.Nodes;
        Expression[] values = new Expression[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            values[i] = Evaluation.Of(nodes[i], values, arguments);
        }

        bool[] needed = Needed(nodes, inputs);
        Expression?[][] results = [.. inputs.Select(input => new Expression?[function.Inputs[input].Length])];
        for (int i = nodes.Length - 1; i >= 0; i--)
        {
            Node node = nodes[i];
            if (adjoints[i] is not { } direction || !needed[i])
            {
                continue;
            }

            for (int k = 0; k < node.OperandCount; k++)
            {
                int operand = node.Operand(k);
                if (needed[operand] && PartialDerivative.Times(node.Operation, k, direction, values[i], values[node.A],
                    node.OperandCount > 1 ? values[node.B] : default, node.OperandCount > 2 ? values[node.C] : default) is { } term)
                {
                    adjoints[operand] = adjoints[operand] is { } sum ? add(sum, term) : term;
                }
            }

            int position = node.Operation == Operation.Input ? Array.IndexOf(inputs, node.A) : -1;
            if (position >= 0)
            {
                results[position][node.B] = direction;
            }
        }

        return results;
    }

    private static bool[] Needed(Node[] nodes, int[] inputs)
    {
        bool[] needed = new bool[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            needed[i] = nodes[i].Operation == Operation.Input && inputs.Contains(nodes[i].A);
            for (int k = 0; k < nodes[i].OperandCount; k++)
            {
                needed[i] |= needed[nodes[i].Operand(k)];
            }
        }

        return needed;
    }
}
