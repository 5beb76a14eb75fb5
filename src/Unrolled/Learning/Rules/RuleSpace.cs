using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Learning.Rules;

/// <summary>
/// A set of cellular rules of five bits s, p, q, c, e, each written as a list of genes with few values. A cell sees its own s and e
/// (E), a p (P), a q (Q) and a c (C) of neighbors, and for the clock the e of the left and of the upper right neighbor.
/// </summary>
/// <remarks>Immutable; safe for use by several threads.</remarks>
public sealed class RuleSpace
{
    /// <summary>The number of the bit that starts a run: it is set in the first cell.</summary>
    internal const int PulseBit = 4;

    private const int TableRows = 32;
    private const uint SeesS = 0xAAAAAAAA, SeesE = 0xCCCCCCCC, SeesP = 0xF0F0F0F0, SeesQ = 0xFF00FF00, SeesC = 0xFFFF0000;
    private const byte GivenClock = 0b1110, Up = 1, Left = 3;

    private static readonly string[] _bits = ["s", "p", "q", "c", "e"];
    private readonly byte[] _values;

    /// <summary>Creates the space.</summary>
    public RuleSpace(RuleForm form, SearchedParts parts = SearchedParts.Functions)
    {
        if (!Enum.IsDefined(form))
        {
            throw new ArgumentOutOfRangeException(nameof(form), $"there is no form of rules number {(int)form}");
        }

        if ((parts & ~(SearchedParts.Clock | SearchedParts.Directions)) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(parts), $"there are no parts number {(int)parts}");
        }

        (Form, Parts) = (form, parts);
        IEnumerable<byte> values = form == RuleForm.Gates
            ? [.. Enumerable.Repeat((byte)5, 11), 8, 8]
            : Enumerable.Repeat((byte)2, 4 * TableRows);
        ClockGene = values.Count();
        values = parts.HasFlag(SearchedParts.Clock) ? values.Concat(Enumerable.Repeat((byte)2, 4)) : values;
        DirectionGene = values.Count();
        values = parts.HasFlag(SearchedParts.Directions) ? values.Concat(Enumerable.Repeat((byte)8, 3)) : values;
        _values = [.. values];
    }

    /// <summary>How functions are written.</summary>
    public RuleForm Form { get; }

    /// <summary>What else is searched.</summary>
    public SearchedParts Parts { get; }

    /// <summary>The eight neighbors, as offsets of rows and columns, in the order of <see cref="CellInput.Directions"/> without the cell itself.</summary>
    public static IReadOnlyList<(int Row, int Column)> Neighbors { get; } = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)];

    /// <summary>How many values every gene has.</summary>
    public ReadOnlySpan<byte> Values => _values;

    /// <summary>The binary logarithm of the number of rules, counted with their different spellings.</summary>
    public double Size => _values.Sum(v => Math.Log2(v));

    private int ClockGene { get; }

    private int DirectionGene { get; }

    /// <summary>Draws a rule uniformly.</summary>
    public void Draw(RandomStream stream, Span<byte> genes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Require(genes.Length);
        for (int g = 0; g < genes.Length; g++)
        {
            genes[g] = (byte)stream.NextIndex(_values[g]);
        }
    }

    /// <summary>Gives one to three random genes other values.</summary>
    public void Mutate(RandomStream stream, Span<byte> genes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Require(genes.Length);
        for (int changes = 1 + stream.NextIndex(3); changes > 0; changes--)
        {
            int g = stream.NextIndex(genes.Length);
            genes[g] = (byte)((genes[g] + 1 + stream.NextIndex(_values[g] - 1)) % _values[g]);
        }
    }

    /// <summary>The rule that genes spell.</summary>
    public RuleCandidate Decode(ReadOnlySpan<byte> genes)
    {
        Require(genes.Length);
        (byte clock, byte fromP, byte fromQ, byte fromC) = (GivenClock, Up, Up, Left);
        if (Parts.HasFlag(SearchedParts.Clock))
        {
            clock = (byte)Table(genes.Slice(ClockGene, 4));
        }

        if (Parts.HasFlag(SearchedParts.Directions))
        {
            (fromP, fromQ, fromC) = (genes[DirectionGene], genes[DirectionGene + 1], genes[DirectionGene + 2]);
        }

        if (Form == RuleForm.Tables)
        {
            return new RuleCandidate(
                Table(genes[..32]), Table(genes.Slice(32, 32)), Table(genes.Slice(64, 32)), Table(genes.Slice(96, 32)), clock, fromP, fromQ, fromC);
        }

        ReadOnlySpan<uint> x = [SeesS, SeesE, SeesP, SeesQ, SeesC];
        uint p = x[genes[0]] | (x[genes[1]] & x[genes[2]]);
        uint q = x[genes[3]] | (x[genes[4]] & x[genes[5]] & ~x[genes[6]]);
        uint c = x[genes[7]] | (x[genes[8]] & (x[genes[9]] | x[genes[10]]));
        ReadOnlySpan<uint> y = [SeesS, SeesE, SeesP, SeesQ, SeesC, p, q, c];
        return new RuleCandidate(SeesS ^ (y[genes[11]] & y[genes[12]]), p, q, c, clock, fromP, fromQ, fromC);
    }

    /// <summary>The rule that genes spell as a cellular rule, in the form of the space.</summary>
    public CellRule ToRule(ReadOnlySpan<byte> genes, string name = "discovered")
    {
        RuleCandidate rule = Decode(genes);
        GateExpression[] x = [.. Enumerable.Range(0, 5).Select(GateExpression.Input)];
        GateExpression s, p, q, c;
        if (Form == RuleForm.Tables)
        {
            (s, p, q, c) = (Lookup(rule.S), Lookup(rule.P), Lookup(rule.Q), Lookup(rule.C));
        }
        else
        {
            p = x[genes[0]] | (x[genes[1]] & x[genes[2]]);
            q = x[genes[3]] | (x[genes[4]] & x[genes[5]] & ~x[genes[6]]);
            c = x[genes[7]] | (x[genes[8]] & (x[genes[9]] | x[genes[10]]));
            GateExpression[] y = [.. x, p, q, c];
            s = x[0] ^ (y[genes[11]] & y[genes[12]]);
        }

        GateExpression left = GateExpression.Input(5), upRight = GateExpression.Input(6);
        GateExpression e = rule.Clock == GivenClock ? left | upRight : GateExpression.Lookup(new TruthTable(2, rule.Clock), left, upRight);
        CellInput inputP = From(1, rule.FromP), inputQ = From(2, rule.FromQ), inputC = From(3, rule.FromC);
        (string, CellInput)[] inputs =
        [
            ("s", new CellInput(0)), ("E", new CellInput(PulseBit)), ("P", inputP), ("Q", inputQ), ("C", inputC),
            ("e(left)", new CellInput(PulseBit, 0, -1)), ("e(up-right)", new CellInput(PulseBit, -1, 1)),
        ];
        return new CellRule(name, _bits, inputs, [s, p, q, c, e]);

        GateExpression Lookup(uint table) => GateExpression.Lookup(new TruthTable(5, table), x);
        static CellInput From(int bit, int neighbor) => new(bit, Neighbors[neighbor].Row, Neighbors[neighbor].Column);
    }

    private static uint Table(ReadOnlySpan<byte> rows)
    {
        uint table = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            table |= (uint)rows[row] << row;
        }

        return table;
    }

    private void Require(int genes)
    {
        if (genes != _values.Length)
        {
            throw new ArgumentException($"there are {genes} genes, rules of this space have {_values.Length}", nameof(genes));
        }
    }
}
