using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>
/// A <see cref="ColumnProgram"/> as a cellular rule. A pulse runs to the label of every row, returns with the label and updates the column's bit, which
/// comes from the row above at that very moment; in a row of a query the fold runs to the left with it, and its result back to the label.
/// </summary>
/// <remarks>
/// <code>
/// e' = e(left) | e(up)                                   start, (i, j) at step i + j
/// l' = l(right) | e at the label                         label on its way to the left,
/// y' = y(right) | e &amp; s at the label                     its value
/// u' = example: l;   query: u(up), l in the first row    state on its way down; w(up) is the initial value in the first row
/// w' = example: l &amp; U(w(up), s, y);   query: u' &amp; w(up)
/// b' = query: u'                                         fold on its way to the left,
/// a' = query: u' &amp; F(a(right), w(up), s), at the label the initial value
/// f' = f(left) | b in the first column                   answer on its way back,
/// v' = v(left) | b &amp; a in the first column
/// s' = s, at the label of a query s | f(left) &amp; v(left)
/// </code>
/// Every pulse is in a cell for one step, so that nothing has to be forgotten. m + 3d + T + 2 steps.
/// </remarks>
internal static class ColumnRule
{
    private static readonly string[] Bits = ["s", "e", "l", "y", "u", "w", "b", "a", "f", "v", "z"];

    private enum See
    {
        S, E, L, Y, B, A, ELeft, EUp, LRight, YRight, UUp, WUp, ARight, FLeft, VLeft, InRight, InUp, InLeft, Query,
    }

    /// <summary>For one query, which is the last row.</summary>
    public static CellRule One(ColumnProgram program) => Create(program, many: false);

    /// <summary>For query rows that are marked in the last bit.</summary>
    public static CellRule Many(ColumnProgram program) => Create(program, many: true);

    private static CellRule Create(ColumnProgram program, bool many)
    {
        static GateExpression In(See input) => GateExpression.Input((int)input);
        GateExpression atLabel = ~In(See.InRight), first = ~In(See.InLeft), top = ~In(See.InUp);
        GateExpression query = many ? In(See.Query) : ~In(See.Query), example = ~query;
        GateExpression above = program.Initial ? In(See.WUp) | top : In(See.WUp) & ~top;
        GateExpression updated = GateExpression.Lookup(program.Update, above, In(See.S), In(See.Y));
        GateExpression answered = query & (In(See.UUp) | (top & In(See.L)));
        GateExpression folded = GateExpression.Lookup(program.Fold, In(See.ARight), above, In(See.S));
        GateExpression start = program.InitialFold ? folded | atLabel : folded & ~atLabel;
        GateExpression arrives = In(See.FLeft) & In(See.VLeft) & atLabel;
        List<GateExpression> next =
        [
            In(See.S) | arrives,
            In(See.ELeft) | In(See.EUp),
            In(See.LRight) | (In(See.E) & atLabel),
            In(See.YRight) | (In(See.E) & atLabel & In(See.S)),
            (example & In(See.L)) | answered,
            (example & In(See.L) & updated) | (answered & above),
            answered,
            answered & start,
            In(See.FLeft) | (In(See.B) & first),
            In(See.VLeft) | (In(See.B) & In(See.A) & first),
        ];
        const int s = 0, e = 1, l = 2, y = 3, u = 4, w = 5, b = 6, a = 7, f = 8, v = 9, z = 10;
        List<(string, CellInput)> inputs =
        [
            ("s", new(s)), ("e", new(e)), ("l", new(l)), ("y", new(y)), ("b", new(b)), ("a", new(a)),
            ("e(left)", new(e, 0, -1)), ("e(up)", new(e, -1)), ("l(right)", new(l, 0, 1)), ("y(right)", new(y, 0, 1)), ("u(up)", new(u, -1)), ("w(up)", new(w, -1)),
            ("a(right)", new(a, 0, 1)), ("f(left)", new(f, 0, -1)), ("v(left)", new(v, 0, -1)),
            ("in(right)", new(CellInput.Inside, 0, 1)), ("in(up)", new(CellInput.Inside, -1)), ("in(left)", new(CellInput.Inside, 0, -1)),
            many ? ("z", new(z)) : ("in(down)", new(CellInput.Inside, 1)),
        ];
        if (many)
        {
            next.Add(In(See.Query));
        }

        return new CellRule(program.Name, Bits.AsSpan(0, next.Count), [.. inputs], [.. next]);
    }
}
