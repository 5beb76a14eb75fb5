namespace Unrolled.Differentiation;

/// <summary>Derivatives of a weighted sum of the outputs with respect to everything, from the last node to the first.</summary>
internal static class ReverseMode
{
    /// <summary>The function (inputs, weights) -> weights times J, one output per chosen input.</summary>
    public static Function Differentiate(Function function, int[] inputs)
    {
        FunctionBuilder builder = new();
        Expression[][] arguments = [.. function.Inputs.Select(builder.Input)];
        Node[] nodes = function.Nodes;
        Expression?[] adjoints = new Expression?[nodes.Length];
        for (int o = 0; o < function.Outputs.Count; o++)
        {
            Expression[] weights = builder.InputWithPrefix("u_", function.Outputs[o]);
            for (int k = 0; k < weights.Length; k++)
            {
                Accumulate(adjoints, function.OutputNodes[o][k], weights[k]);
            }
        }

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
                if (needed[node.Operand(k)])
                {
                    Accumulate(adjoints, node.Operand(k), PartialDerivative.Times(node.Operation, k, direction, values[i], values[node.A],
                        node.OperandCount > 1 ? values[node.B] : default, node.OperandCount > 2 ? values[node.C] : default));
                }
            }

            int position = node.Operation == Operation.Input ? Array.IndexOf(inputs, node.A) : -1;
            if (position >= 0)
            {
                results[position][node.B] = direction;
            }
        }

        for (int k = 0; k < inputs.Length; k++)
        {
            FunctionVector vector = function.Inputs[inputs[k]];
            builder.Output(vector with { Name = "u_" + vector.Name, Kind = InputKind.PerInstance }, [.. results[k].Select(r => r ?? 0.0)]);
        }

        return builder.Build();
    }

    private static void Accumulate(Expression?[] adjoints, int index, Expression? term) =>
        adjoints[index] = adjoints[index] is { } sum && term is { } more ? sum + more : term ?? adjoints[index];

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
