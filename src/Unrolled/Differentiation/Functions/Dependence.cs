using Unrolled.Numerics;

namespace Unrolled.Differentiation;

/// <summary>Which components of an output of a function depend on which components of an input.</summary>
internal static class Dependence
{
    /// <summary>Dependence of an output on an input: sets of 64 columns at a time are carried through the graph as bits.</summary>
    public static SparsityPattern Of(Function function, int input, int output)
    {
        int[] rows = function.OutputNodes[output];
        int columns = function.Inputs[input].Length;
        List<int>[] found = [.. rows.Select(_ => new List<int>())];
        ulong[] sets = new ulong[function.Nodes.Length];
        for (int first = 0; first < columns; first += 64)
        {
            for (int i = 0; i < sets.Length; i++)
            {
                Node node = function.Nodes[i];
                sets[i] = 0;
                if (node.Operation == Operation.Input && node.A == input && node.B >= first && node.B < first + 64)
                {
                    sets[i] = 1UL << (node.B - first);
                }

                for (int k = 0; k < node.OperandCount; k++)
                {
                    sets[i] |= sets[node.Operand(k)];
                }
            }

            for (int row = 0; row < rows.Length; row++)
            {
                for (ulong set = sets[rows[row]]; set != 0; set &= set - 1)
                {
                    found[row].Add(first + System.Numerics.BitOperations.TrailingZeroCount(set));
                }
            }
        }

        int[] start = new int[rows.Length + 1];
        for (int row = 0; row < rows.Length; row++)
        {
            start[row + 1] = start[row] + found[row].Count;
        }

        return new(rows.Length, columns, start, [.. found.SelectMany(f => f)]);
    }
}
