using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.RecurrentConvolution.Rules;

/// <summary>Rules nobody would write: random gates and tables of random neighbors.</summary>
internal static class RandomRules
{
    public static CellRule Draw(RandomStream stream)
    {
        int bits = 1 + stream.NextIndex(4), inputs = 1 + stream.NextIndex(7);
        string[] names = [.. Enumerable.Range(0, bits).Select(b => $"b{b}")];
        CellInput[] seen = [.. Enumerable.Range(0, inputs).Select(_ => new CellInput(stream.NextIndex(bits + 1) - 1, stream.NextIndex(3) - 1, stream.NextIndex(3) - 1)).Distinct()];
        var parts = new List<GateExpression>(seen.Select((_, n) => GateExpression.Input(n)));
        if (stream.NextIndex(3) == 0)
        {
            parts.Add(GateExpression.Constant(stream.NextIndex(2) == 1));
        }

        int gates = stream.NextIndex(20);
        for (int g = 0; g < gates; g++)
        {
            parts.Add(Gate(parts, stream));
        }

        GateExpression[] next = [.. names.Select(_ => parts[parts.Count - 1 - stream.NextIndex(Math.Min(parts.Count, 6))])];
        return new CellRule("random", names, [.. seen.Select((input, n) => (n % 2 == 0 ? $"x{n}" : Plain(input, names), input))], next);
    }

    public static CellGrid Grid(int rows, int columns, int bits, RandomStream stream)
    {
        var grid = new CellGrid(rows, columns, bits);
        foreach (ref uint cell in grid.Cells)
        {
            cell = (uint)(stream.NextBits() & ((1UL << bits) - 1));
        }

        return grid;
    }

    private static string Plain(CellInput input, string[] names)
    {
        string bit = input.Bit < 0 ? "in" : names[input.Bit];
        return input.Direction.Length == 0 ? bit : $"{bit}({input.Direction})";
    }

    private static GateExpression Gate(List<GateExpression> parts, RandomStream stream)
    {
        GateExpression a = Any(), b = Any();
        return stream.NextIndex(5) switch
        {
            0 => a & b,
            1 => a | b,
            2 => a ^ b,
            3 => ~a,
            _ => Lookup(),
        };

        GateExpression Any() => parts[stream.NextIndex(parts.Count)];

        GateExpression Lookup()
        {
            GateExpression[] operands = [.. Enumerable.Range(0, 1 + stream.NextIndex(4)).Select(_ => Any())];
            return GateExpression.Lookup(new TruthTable(operands.Length, stream.NextBits()), operands);
        }
    }
}
