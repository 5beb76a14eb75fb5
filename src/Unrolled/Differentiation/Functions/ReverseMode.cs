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

    /// <summary>
    /// A step that is taken forwards and later backwards, without computing anything twice: the first function is the step with one more
    /// output <c>saved</c>, the values that the second needs: (inputs, saved, weights, sums) -> (weights times J for
    /// <paramref name="carried"/>, sums + weights times J for <paramref name="summed"/>). The first output of the step is weighted; the
    /// second is a value that steps add to, whose derivative is 1. Products are added to their sums with one rounding.
    /// </summary>
    /// <param name="step">The step, with two outputs.</param>
    /// <param name="carried">The input that is carried from step to step.</param>
    /// <param name="summed">The input whose derivatives are summed.</param>
    public static (Function Forward, Function Backward) Split(Function step, int carried, int summed)
    {
        int[] computed = [.. Enumerable.Range(0, step.Nodes.Length).Where(i => step.Nodes[i].OperandCount > 0)];
        Function all = Backward(step, carried, summed, computed);
        int[] saved = [.. all.Nodes.Where(n => n.Operation == Operation.Input && n.A == step.Inputs.Count).Select(n => computed[n.B]).Distinct().Order()];
        FunctionBuilder builder = new();
        Expression[][] arguments = [.. step.Inputs.Select(builder.Input)];
        Expression[] values = new Expression[step.Nodes.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Evaluation.Of(step.Nodes[i], values, arguments);
        }

        for (int o = 0; o < step.Outputs.Count; o++)
        {
            builder.Output(step.Outputs[o], [.. step.OutputNodes[o].Select(i => values[i])]);
        }

        return (builder.Output("saved", [.. saved.Select(i => values[i])]).Build(), Backward(step, carried, summed, saved));
    }

    /// <summary>The backward part, with the values of some nodes as one more input.</summary>
    private static Function Backward(Function step, int carried, int summed, int[] saved)
    {
        FunctionBuilder builder = new();
        Expression[][] arguments = [.. step.Inputs.Select(builder.Input)];
        Expression[] given = builder.Input("saved", saved.Length), weights = builder.Input("weights", step.Outputs[0].Length);
        Expression[] sums = builder.Input("sums", step.Inputs[summed].Length), values = new Expression[step.Nodes.Length];
        Expression?[] adjoints = new Expression?[step.Nodes.Length];
        for (int i = 0, next = 0; i < values.Length; i++)
        {
            Node node = step.Nodes[i];
            bool known = next < saved.Length && saved[next] == i;
            values[i] = known ? given[next++] : node.OperandCount == 0 ? Evaluation.Of(node, values, arguments) : default;
            adjoints[i] = node.Operation == Operation.Input && node.A == summed ? sums[node.B] : null;
        }

        for (int k = 0; k < weights.Length; k++)
        {
            int node = step.OutputNodes[0][k];
            adjoints[node] = adjoints[node] is { } sum ? sum + weights[k] : weights[k];
        }

        int value = step.OutputNodes[1][0];
        adjoints[value] = adjoints[value] is { } other ? other + 1 : Expression.One;
        Expression?[][] results = Sweep(step, [carried, summed], values, adjoints, Expression.AddProduct);
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

        return Sweep(function, inputs, values, adjoints, add);
    }

    private static Expression?[][] Sweep(
        Function function, int[] inputs, Expression[] values, Expression?[] adjoints, Func<Expression, Expression, Expression> add)
    {
        Node[] nodes = function.Nodes;
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
                    adjoints[operand] = adjoints[operand] is not { } sum ? term
                        : node.Operation == Operation.MultiplyAdd && k < 2 ? Expression.AddProduct(sum, term) : add(sum, term);
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
