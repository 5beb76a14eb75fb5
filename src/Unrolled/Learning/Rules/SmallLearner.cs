using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Learning.Rules;

/// <summary>
/// A learning program of 18 bits: it keeps one bit w per column, starts it with w0 and replaces it by <c>U(w, x, y)</c> for every example;
/// to predict it goes through the columns from left to right with <c>a &lt;- F(a, w, x)</c>, starting with a0.
/// </summary>
/// <param name="Program">
/// Bits 0 to 7: U, row <c>w + 2x + 4y</c>; bits 8 to 15: F, row <c>a + 2w + 4x</c>; bit 16: w0; bit 17: a0.
/// </param>
public readonly record struct SmallLearner(int Program)
{
    /// <summary>The number of programs.</summary>
    public const int Programs = 1 << 18;

    /// <summary>U as its rows.</summary>
    public int Update => Program & 0xFF;

    /// <summary>F as its rows.</summary>
    public int Fold => (Program >> 8) & 0xFF;

    /// <summary>w0.</summary>
    public int FirstMemory => (Program >> 16) & 1;

    /// <summary>a0.</summary>
    public int FirstValue => (Program >> 17) & 1;

    /// <summary>The bits w after the examples.</summary>
    public bool[] Learn(LabeledExamples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        bool[] memory = new bool[examples.Bits];
        for (int j = 0; j < memory.Length; j++)
        {
            int w = FirstMemory;
            for (int i = 0; i < examples.Count; i++)
            {
                w = (Update >> (w + (examples.Inputs[i, j] ? 2 : 0) + (examples.Labels[i] ? 4 : 0))) & 1;
            }

            memory[j] = w != 0;
        }

        return memory;
    }

    /// <summary>The prediction for a row of bits.</summary>
    public bool Predict(ReadOnlySpan<bool> memory, BitRows queries, int row)
    {
        ArgumentNullException.ThrowIfNull(queries);
        int a = FirstValue;
        for (int j = 0; j < memory.Length; j++)
        {
            a = (Fold >> (a + (memory[j] ? 2 : 0) + (queries[row, j] ? 4 : 0))) & 1;
        }

        return a != 0;
    }
}
