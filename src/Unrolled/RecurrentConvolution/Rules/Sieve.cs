namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// Gaussian elimination over GF(2) as a cellular rule of five bits and eleven gates: examples stand in the rows, every row in turn sends
/// a copy of itself down, and the rows below add it to themselves where they have a 1 in its leading column. The last row is the query;
/// its label is the prediction.
/// </summary>
/// <remarks>
/// <para>Grid: m example rows of d bits and a label, then T query rows of d bits and a 0. Steps: <c>2m + d + T - 1</c>, whatever the data.
/// The rows reduce as an incremental XOR basis does: first come, first pivot. A row that reduces to zero is no pivot, and neither is one
/// that reduces to (0 ... 0 | 1), which contradicts the rows above it.</para>
/// <para>Bits: <c>s</c> the row itself; <c>p</c> the pivot row that passes; <c>q</c> its leading 1; <c>c</c>, to the right, "add this
/// pivot" while one passes and "leading 1 already seen" while sending; <c>e</c> send now.</para>
/// <para>Elimination is not noise tolerant: one wrong label among the first independent rows changes the hypothesis.</para>
/// </remarks>
public static class Sieve
{
    /// <summary>The number of the bit that holds the rows.</summary>
    public const int RowBit = 0;

    /// <summary>The number of the bit that starts the run: it is set in the first cell.</summary>
    public const int SendBit = 4;

    /// <summary>The number of the bit that marks query rows, in <see cref="QueriesRule"/> only.</summary>
    public const int QueryBit = 5;

    private const string Name = "sieve";

    private static readonly string[] BitNames = ["s", "p", "q", "c", "e", "z"];

    private enum See
    {
        S, E, P, Q, C, Left, UpRight, Inside, Query,
    }

    /// <summary>The rule for one query row.</summary>
    public static CellRule Rule { get; } = Create(manyQueries: false);

    /// <summary>
    /// The rule for any number of query rows: a sixth bit <c>z</c>, constant in time, is set in all cells of query rows, and rows that
    /// have it do not send.
    /// </summary>
    public static CellRule QueriesRule { get; } = Create(manyQueries: true);

    /// <summary>
    /// <see cref="Rule"/> as a convolution with 13 hidden units and 46 weights that are not 0, all of them -2, -1 or 1, found by hand.
    /// </summary>
    /// <remarks>
    /// It equals the rule on every configuration that a run can reach, not on all: it uses that <c>e</c> and a passing pivot never meet,
    /// and that <c>q</c> comes with <c>p</c> and never with <c>c</c>. <see cref="CellRule.Compile"/> gives a larger filter that equals
    /// the rule everywhere.
    /// </remarks>
    public static ReluFilter Filter { get; } = CreateFilter(manyQueries: false);

    /// <summary><see cref="QueriesRule"/> in the same form: 14 hidden units, 50 weights that are not 0.</summary>
    public static ReluFilter QueriesFilter { get; } = CreateFilter(manyQueries: true);

    /// <summary><c>2m + d + T - 1</c>: after so many steps no bit of any row changes any more.</summary>
    /// <param name="bits">d, the number of bits of an example.</param>
    /// <param name="examples">m.</param>
    /// <param name="queries">T.</param>
    public static int Steps(int bits, int examples, int queries = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        ArgumentOutOfRangeException.ThrowIfNegative(examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(queries, 1);
        return checked((2 * examples) + bits + queries - 1);
    }

    private static CellRule Create(bool manyQueries)
    {
        static GateExpression See(See input) => GateExpression.Input((int)input);
        GateExpression s = See(Sieve.See.S), e = See(Sieve.See.E), p = See(Sieve.See.P), q = See(Sieve.See.Q), c = See(Sieve.See.C);
        GateExpression send = e & s;
        GateExpression control = c | (s & (e | q));
        GateExpression pulse = See(Sieve.See.Left) | See(Sieve.See.UpRight);
        GateExpression[] next = [s ^ (p & control), p | send, q | (send & ~c & See(Sieve.See.Inside)), control, pulse];
        (string, CellInput)[] inputs =
        [
            ("s", new CellInput(0)), ("E", new CellInput(4)), ("P", new CellInput(1, -1)), ("Q", new CellInput(2, -1)), ("C", new CellInput(3, 0, -1)),
            ("e(left)", new CellInput(4, 0, -1)), ("e(up-right)", new CellInput(4, -1, 1)), ("in(right)", new CellInput(CellInput.Inside, 0, 1)),
        ];
        if (!manyQueries)
        {
            return new CellRule(Name, BitNames.AsSpan(0, 5), inputs, next);
        }

        GateExpression z = See(Sieve.See.Query);
        next[SendBit] = pulse & ~z;
        return new CellRule($"{Name} with queries", BitNames, [.. inputs, ("z", new CellInput(QueryBit))], [.. next, z]);
    }

    /// <summary>The formulas of the rule with <c>r(x) = max(x, 0)</c>, unit by unit.</summary>
    private static ReluFilter CreateFilter(bool manyQueries)
    {
        const int row = RowBit, pivot = 1, lead = 2, control = 3, send = SendBit;
        CellInput s = new(row), e = new(send), p = new(pivot, -1), q = new(lead, -1), c = new(control, 0, -1);
        CellInput left = new(send, 0, -1), upRight = new(send, -1, 1), right = new(CellInput.Inside, 0, 1), z = new(QueryBit);
        ReluTerm[] query = manyQueries ? [new ReluTerm(z, -2)] : [];
        List<ReluUnit> units =
        [
            new(0, [new(s, 1)], [new(row, 1)]),
            new(0, [new(p, 1)], [new(pivot, 1)]),
            new(0, [new(q, 1)], [new(lead, 1)]),
            new(0, [new(c, 1)], [new(control, 1)]),
            new(0, [new(new CellInput(CellInput.Inside), 1)], [new(CellInput.Inside, 1)]),
            new(-1, [new(s, 1), new(e, 1)], [new(pivot, 1)]),
            new(-2, [new(s, 1), new(e, 1), new(c, -1), new(right, 1)], [new(lead, 1)]),
            new(-1, [new(s, 1), new(e, 1), new(q, 1), new(c, -1)], [new(control, 1)]),
            new(-1, [new(p, 1), new(c, 1)], [new(row, 1)]),
            new(-2, [new(s, 1), new(p, 1), new(c, 1)], [new(row, -2)]),
            new(-1, [new(s, 1), new(q, 1)], [new(row, -1)]),
            new(0, [new(left, 1), new(upRight, 1), .. query], [new(send, 1)]),
            new(-1, [new(left, 1), new(upRight, 1), .. query], [new(send, -1)]),
        ];
        if (manyQueries)
        {
            units.Add(new(0, [new(z, 1)], [new(QueryBit, 1)]));
        }

        return new ReluFilter(manyQueries ? 6 : 5, units);
    }
}
