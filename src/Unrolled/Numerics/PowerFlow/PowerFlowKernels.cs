using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Numerics;

/// <summary>
/// Power flow in polar coordinates over blocks of instances. One sine and one cosine per branch serve both of its ends; sums at a
/// bus run over its branches in their order, so the bits of an instance depend on nothing but its own numbers.
/// </summary>
/// <remarks>
/// With <c>a = u Vf Vt cos(angle f - angle t)</c>, <c>b = u Vf Vt sin(angle f - angle t)</c> and the status <c>u</c>, the ends take
/// <c>Pf = Gff u Vf^2 + A</c>, <c>Qf = -Bff u Vf^2 + C</c> with <c>A = Gft a + Bft b</c>, <c>C = Gft b - Bft a</c>, and
/// <c>Pt = Gtt u Vt^2 + A'</c>, <c>Qt = -Btt u Vt^2 + C'</c> with <c>A' = Gtf a - Btf b</c>, <c>C' = -Gtf b - Btf a</c>.
/// Shapes are trusted. A status or specified power with one instance serves all.
/// </remarks>
internal static unsafe class PowerFlowKernels
{
    /// <summary><c>destination = power that leaves the buses - specified</c>, rows of P, then of Q.</summary>
    public static void Evaluate(PowerFlowTables tables, Batch status, Batch specified, Batch x, Batch destination)
    {
        int buses = tables.Buses;
        using var block = new PowerFlowBlock(4 * buses, tables.Branches + (3 * tables.Components), PowerFlowBlock.Narrow);
        BlockRows free = block.Rows, spares = block.Spare;
        BlockRows angle = PowerFlowBlock.Take(ref free, buses), magnitude = PowerFlowBlock.Take(ref free, buses), p = PowerFlowBlock.Take(ref free, buses), q = PowerFlowBlock.Take(ref free, buses);
        BlockRows spareStatus = PowerFlowBlock.Take(ref spares, tables.Branches), spareSpecified = PowerFlowBlock.Take(ref spares, tables.Components);
        BlockRows spareX = PowerFlowBlock.Take(ref spares, tables.Components), spareF = PowerFlowBlock.Take(ref spares, tables.Components);
        BlockRows u = Shared(status, spareStatus), s = Shared(specified, spareSpecified);
        int uStep = status.Instances == 1 ? 0 : 1, sStep = specified.Instances == 1 ? 0 : 1;
        for (int first = 0, width; first < x.Instances; first += width)
        {
            width = PowerFlowBlock.Width(x, first, PowerFlowBlock.Narrow);
            u = status.Instances == 1 ? u : PowerFlowBlock.Read(status, first, spareStatus);
            s = specified.Instances == 1 ? s : PowerFlowBlock.Read(specified, first, spareSpecified);
            Spread(tables, PowerFlowBlock.Read(x, first, spareX), angle, magnitude, width);
            Powers(tables, u, uStep, angle, magnitude, p, q, width);
            BlockRows f = PowerFlowBlock.Write(destination, first, spareF);
            for (int i = 0; i < buses; i++)
            {
                Subtract(p[i], s, sStep, f, tables.AngleRow[i], width);
                Subtract(q[i], s, sStep, f, tables.MagnitudeRow[i], width);
            }

            PowerFlowBlock.Finish(destination, first, f);
        }

        GC.KeepAlive(tables);
    }

    /// <summary>Rows 2k and 2k+1: a and b of branch k; then for every unknown magnitude V: 2 G V, -2 B V with the bus's own admittance G + jB, and 1/V.</summary>
    public static void Linearize(PowerFlowTables tables, Batch status, Batch x, Batch linearization)
    {
        int buses = tables.Buses;
        using var block = new PowerFlowBlock(4 * buses, tables.Branches + tables.Components + tables.LinearizationComponents, PowerFlowBlock.Narrow);
        BlockRows free = block.Rows, spares = block.Spare;
        BlockRows angle = PowerFlowBlock.Take(ref free, buses), magnitude = PowerFlowBlock.Take(ref free, buses), g = PowerFlowBlock.Take(ref free, buses), b = PowerFlowBlock.Take(ref free, buses);
        BlockRows spareStatus = PowerFlowBlock.Take(ref spares, tables.Branches), spareX = PowerFlowBlock.Take(ref spares, tables.Components), spare = PowerFlowBlock.Take(ref spares, tables.LinearizationComponents);
        BlockRows u = Shared(status, spareStatus);
        int uStep = status.Instances == 1 ? 0 : 1;
        for (int first = 0, width; first < x.Instances; first += width)
        {
            width = PowerFlowBlock.Width(x, first, PowerFlowBlock.Narrow);
            u = status.Instances == 1 ? u : PowerFlowBlock.Read(status, first, spareStatus);
            Spread(tables, PowerFlowBlock.Read(x, first, spareX), angle, magnitude, width);
            BlockRows rows = PowerFlowBlock.Write(linearization, first, spare);
            for (int i = 0; i < buses; i++)
            {
                for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
                {
                    Vector512.Create(tables.Shunts[2 * i]).Store(g[i] + w);
                    Vector512.Create(tables.Shunts[(2 * i) + 1]).Store(b[i] + w);
                }
            }

            for (int k = 0; k < tables.Branches; k++)
            {
                int f = tables.From[k], t = tables.To[k];
                ReadOnlySpan<double> c = tables.Coefficients.AsSpan(k * PowerFlowTables.CoefficientsPerBranch, PowerFlowTables.CoefficientsPerBranch);
                for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
                {
                    V uk = Vector512.Load(u[k] + (w * uStep));
                    V product = uk * Vector512.Load(magnitude[f] + w) * Vector512.Load(magnitude[t] + w);
                    (V sine, V cosine) = ElementaryTrigonometric.SinCos(Vector512.Load(angle[f] + w) - Vector512.Load(angle[t] + w));
                    (product * cosine).Store(rows[2 * k] + w);
                    (product * sine).Store(rows[(2 * k) + 1] + w);
                    Add(g[f] + w, uk, c[0]);
                    Add(b[f] + w, uk, c[1]);
                    Add(g[t] + w, uk, c[2]);
                    Add(b[t] + w, uk, c[3]);
                }
            }

            for (int i = 0; i < buses; i++)
            {
                if (tables.MagnitudeRow[i] is int row && row >= 0)
                {
                    int at = (2 * tables.Branches) + (3 * (row - tables.Angles));
                    for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
                    {
                        V v = Vector512.Load(magnitude[i] + w), twice = v + v;
                        (twice * Vector512.Load(g[i] + w)).Store(rows[at] + w);
                        (-twice * Vector512.Load(b[i] + w)).Store(rows[at + 1] + w);
                        (V.One / v).Store(rows[at + 2] + w);
                    }
                }
            }

            PowerFlowBlock.Finish(linearization, first, rows);
        }

        GC.KeepAlive(tables);
    }

    /// <summary><c>destination = J v</c>.</summary>
    public static void ApplyJacobian(PowerFlowTables tables, Batch linearization, Batch v, Batch destination)
    {
        int buses = tables.Buses;
        using var block = new PowerFlowBlock(4 * buses, tables.LinearizationComponents + (2 * tables.Components), PowerFlowBlock.Narrow);
        BlockRows free = block.Rows, spares = block.Spare;
        BlockRows angle = PowerFlowBlock.Take(ref free, buses), magnitude = PowerFlowBlock.Take(ref free, buses), p = PowerFlowBlock.Take(ref free, buses), q = PowerFlowBlock.Take(ref free, buses);
        BlockRows spareLinearization = PowerFlowBlock.Take(ref spares, tables.LinearizationComponents), spareV = PowerFlowBlock.Take(ref spares, tables.Components), spareF = PowerFlowBlock.Take(ref spares, tables.Components);
        for (int first = 0, width; first < v.Instances; first += width)
        {
            width = PowerFlowBlock.Width(v, first, PowerFlowBlock.Narrow);
            BlockRows rows = PowerFlowBlock.Read(linearization, first, spareLinearization);
            BlockRows direction = PowerFlowBlock.Read(v, first, spareV);
            for (int i = 0; i < buses; i++)
            {
                int angleRow = tables.AngleRow[i], row = tables.MagnitudeRow[i];
                int at = (2 * tables.Branches) + (3 * (row - tables.Angles));
                for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
                {
                    (angleRow < 0 ? V.Zero : Vector512.Load(direction[angleRow] + w)).Store(angle[i] + w);
                    V relative = V.Zero, ownP = V.Zero, ownQ = V.Zero;
                    if (row >= 0)
                    {
                        V dv = Vector512.Load(direction[row] + w);
                        (relative, ownP, ownQ) = (dv * Vector512.Load(rows[at + 2] + w), dv * Vector512.Load(rows[at] + w), dv * Vector512.Load(rows[at + 1] + w));
                    }

                    relative.Store(magnitude[i] + w);
                    ownP.Store(p[i] + w);
                    ownQ.Store(q[i] + w);
                }
            }

            fixed (double* coefficients = tables.Coefficients)
            {
                double* c = coefficients;
                for (int k = 0; k < tables.Branches; k++, c += PowerFlowTables.CoefficientsPerBranch)
                {
                    int f = tables.From[k], t = tables.To[k];
                    double* ra = rows[2 * k], rb = rows[(2 * k) + 1], af = angle[f], at = angle[t], mf = magnitude[f], mt = magnitude[t];
                    double* pf = p[f], qf = q[f], pt = p[t], qt = q[t];
                    for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
                    {
                        V a = Vector512.Load(ra + w), b = Vector512.Load(rb + w);
                        V turn = Vector512.Load(af + w) - Vector512.Load(at + w), growth = Vector512.Load(mf + w) + Vector512.Load(mt + w);
                        V da = Lanes.MultiplyAdd(-b, turn, a * growth), db = Lanes.MultiplyAdd(a, turn, b * growth);
                        Exchange(
                            c, da, db, pf + w, qf + w, pt + w, qt + w,
                            Vector512.Load(pf + w), Vector512.Load(qf + w), Vector512.Load(pt + w), Vector512.Load(qt + w));
                    }
                }
            }

            BlockRows result = PowerFlowBlock.Write(destination, first, spareF);
            for (int i = 0; i < buses; i++)
            {
                Copy(p[i], result, tables.AngleRow[i], width);
                Copy(q[i], result, tables.MagnitudeRow[i], width);
            }

            PowerFlowBlock.Finish(destination, first, result);
        }

        GC.KeepAlive(tables);
    }

    /// <summary><c>destination = mismatch / V</c>: each row over the magnitude of its bus.</summary>
    public static void DivideByMagnitude(PowerFlowTables tables, Batch x, Batch mismatch, Batch destination)
    {
        int buses = tables.Buses;
        using var block = new PowerFlowBlock(2 * buses, 3 * tables.Components, PowerFlowBlock.Narrow);
        BlockRows free = block.Rows, spares = block.Spare;
        BlockRows angle = PowerFlowBlock.Take(ref free, buses), magnitude = PowerFlowBlock.Take(ref free, buses);
        BlockRows spareX = PowerFlowBlock.Take(ref spares, tables.Components), spareM = PowerFlowBlock.Take(ref spares, tables.Components), spareF = PowerFlowBlock.Take(ref spares, tables.Components);
        for (int first = 0, width; first < x.Instances; first += width)
        {
            width = PowerFlowBlock.Width(x, first, PowerFlowBlock.Narrow);
            Spread(tables, PowerFlowBlock.Read(x, first, spareX), angle, magnitude, width);
            BlockRows m = PowerFlowBlock.Read(mismatch, first, spareM), result = PowerFlowBlock.Write(destination, first, spareF);
            for (int i = 0; i < buses; i++)
            {
                Divide(m, magnitude[i], result, tables.AngleRow[i], width);
                Divide(m, magnitude[i], result, tables.MagnitudeRow[i], width);
            }

            PowerFlowBlock.Finish(destination, first, result);
        }

        GC.KeepAlive(tables);
    }

    /// <summary>The one row of a batch that serves all instances, in every lane.</summary>
    public static BlockRows Shared(Batch batch, BlockRows spare) => batch.Instances == 1 ? PowerFlowBlock.Read(batch, 0, spare) : spare;

    /// <summary>Angle and magnitude of every bus, those given among them.</summary>
    private static void Spread(PowerFlowTables tables, BlockRows x, BlockRows angle, BlockRows magnitude, int width)
    {
        for (int i = 0; i < tables.Buses; i++)
        {
            int angleRow = tables.AngleRow[i], magnitudeRow = tables.MagnitudeRow[i];
            for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
            {
                (angleRow < 0 ? Vector512.Create(tables.FixedAngle[i]) : Vector512.Load(x[angleRow] + w)).Store(angle[i] + w);
                (magnitudeRow < 0 ? Vector512.Create(tables.FixedMagnitude[i]) : Vector512.Load(x[magnitudeRow] + w)).Store(magnitude[i] + w);
            }
        }
    }

    /// <summary>The power that leaves every bus through its shunt and its branches.</summary>
    private static void Powers(PowerFlowTables tables, BlockRows u, int uStep, BlockRows angle, BlockRows magnitude, BlockRows p, BlockRows q, int width)
    {
        for (int i = 0; i < tables.Buses; i++)
        {
            for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
            {
                V v = Vector512.Load(magnitude[i] + w), square = v * v;
                (square * Vector512.Create(tables.Shunts[2 * i])).Store(p[i] + w);
                (square * Vector512.Create(-tables.Shunts[(2 * i) + 1])).Store(q[i] + w);
            }
        }

        fixed (double* coefficients = tables.Coefficients)
        {
            double* c = coefficients;
            for (int k = 0; k < tables.Branches; k++, c += PowerFlowTables.CoefficientsPerBranch)
            {
                int f = tables.From[k], t = tables.To[k];
                double* pf = p[f], qf = q[f], pt = p[t], qt = q[t];
                for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
                {
                    V uk = Vector512.Load(u[k] + (w * uStep)), vf = Vector512.Load(magnitude[f] + w), vt = Vector512.Load(magnitude[t] + w);
                    V atF = uk * vf, product = atF * vt, atT = uk * vt;
                    (V sine, V cosine) = ElementaryTrigonometric.SinCos(Vector512.Load(angle[f] + w) - Vector512.Load(angle[t] + w));
                    V squareF = atF * vf, squareT = atT * vt;
                    Exchange(
                        c, product * cosine, product * sine, pf + w, qf + w, pt + w, qt + w,
                        Lanes.MultiplyAdd(Vector512.Create(c[0]), squareF, Vector512.Load(pf + w)),
                        Lanes.MultiplyAdd(Vector512.Create(-c[1]), squareF, Vector512.Load(qf + w)),
                        Lanes.MultiplyAdd(Vector512.Create(c[2]), squareT, Vector512.Load(pt + w)),
                        Lanes.MultiplyAdd(Vector512.Create(-c[3]), squareT, Vector512.Load(qt + w)));
                }
            }
        }
    }

    /// <summary>Adds A and C to the sums of the from end, A' and C' to those of the to end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exchange(
        double* c, V a, V b, double* pf, double* qf, double* pt, double* qt, V sumPf, V sumQf, V sumPt, V sumQt)
    {
        V gft = Vector512.Create(c[4]), bft = Vector512.Create(c[5]), gtf = Vector512.Create(c[6]), btf = Vector512.Create(c[7]);
        Lanes.MultiplyAdd(gft, a, Lanes.MultiplyAdd(bft, b, sumPf)).Store(pf);
        Lanes.MultiplyAdd(gft, b, Lanes.MultiplyAdd(-bft, a, sumQf)).Store(qf);
        Lanes.MultiplyAdd(gtf, a, Lanes.MultiplyAdd(-btf, b, sumPt)).Store(pt);
        Lanes.MultiplyAdd(-gtf, b, Lanes.MultiplyAdd(-btf, a, sumQt)).Store(qt);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(double* sum, V u, double coefficient) => Lanes.MultiplyAdd(u, Vector512.Create(coefficient), Vector512.Load(sum)).Store(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(double* value, BlockRows destination, int row, int width)
    {
        for (int w = 0; row >= 0 && w < width; w += PowerFlowBlock.Lanes)
        {
            Vector512.Load(value + w).Store(destination[row] + w);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Subtract(double* value, BlockRows specified, int step, BlockRows destination, int row, int width)
    {
        for (int w = 0; row >= 0 && w < width; w += PowerFlowBlock.Lanes)
        {
            (Vector512.Load(value + w) - Vector512.Load(specified[row] + (w * step))).Store(destination[row] + w);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Divide(BlockRows mismatch, double* magnitude, BlockRows destination, int row, int width)
    {
        for (int w = 0; row >= 0 && w < width; w += PowerFlowBlock.Lanes)
        {
            (Vector512.Load(mismatch[row] + w) / Vector512.Load(magnitude + w)).Store(destination[row] + w);
        }
    }
}
