namespace Unrolled.Differentiation;

/// <summary>The value of a node in another builder, from the values of the nodes before it.</summary>
internal static class Evaluation
{
    /// <summary>The node as an expression over <paramref name="inputs"/>.</summary>
    public static Expression Of(Node node, Expression[] values, ReadOnlySpan<Expression[]> inputs) => node.Operation switch
    {
        Operation.Constant => node.Value,
        Operation.Input => inputs[node.A][node.B],
        _ => Expression.Record(
            node.Operation, values[node.A], node.OperandCount > 1 ? values[node.B] : null, node.OperandCount > 2 ? values[node.C] : null),
    };
}
