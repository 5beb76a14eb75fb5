using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Certification;

/// <summary>A fact about what a cell sees in a run: two inputs are never 1 together, or one of them never without the other.</summary>
/// <param name="Statement">The fact in words, after "in a run".</param>
/// <param name="First">The first input.</param>
/// <param name="Second">The second input.</param>
/// <param name="SecondIs">The value of the second that never comes with a 1 of the first.</param>
public sealed record RunFact(string Statement, CellInput First, CellInput Second, int SecondIs)
{
    /// <summary>Whether it holds for values of inputs, input 0 in the lowest bit; one that is not among the inputs counts as 0.</summary>
    public bool Holds(ReadOnlySpan<CellInput> inputs, ulong values) => Value(inputs, values, First) == 0 || Value(inputs, values, Second) != SecondIs;

    private static int Value(ReadOnlySpan<CellInput> inputs, ulong values, CellInput input)
    {
        int at = inputs.IndexOf(input);
        return at < 0 ? 0 : (int)((values >> at) & 1);
    }
}
