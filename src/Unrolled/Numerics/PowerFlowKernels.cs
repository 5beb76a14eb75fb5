using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Numerics;

/// <summary>
/// Power flow in polar coordinates over blocks of eight instances. One sine and one cosine per branch serve both of its ends; sums at a
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
        using var block = new PowerFlowBlock((4 * buses) + tables.Branches + (3 * tables.Components));
        EightRows free = block.Rows;
        EightRows angle = PowerFlowBlock.Take(ref free, buses), magnitude = PowerFlowBlock.Take(ref free, buses), p = PowerFlowBlock.Take(ref free, buses), q = PowerFlowBlock.Take(ref free, buses);
        EightRows spareStatus = PowerFlowBlock.Take(ref free, tables.Branches), spareSpecified = PowerFlowBlock.Take(ref free, tables.Components);
        EightRows spareX = PowerFlowBlock.Take(ref free, tables.Components), spareF = PowerFlowBlock.Take(ref free, tables.Components);
        EightRows u = Shared(status, spareStatus), s = Shared(specified, spareSpecified);
        for (int first = 0; first < x.Instances; first += PowerFlowBlock.Lanes)
        {
            u = status.Instances == 1 ? u : PowerFlowBlock.Read(status, first, spareStatus);
            s = specified.Instances == 1 ? s : PowerFlowBlock.Read(specified, first, spareSpecified);
            Spread(tables, PowerFlowBlock.Read(x, first, spareX), angle, magnitude);
            Powers(tables, u, angle, magnitude, p, q);
            EightRows f = PowerFlowBlock.Write(destination, first, spareF);
            for (int i = 0; i < buses; i++)
            {
                Subtract(p[i], s, f, tables.AngleRow[i]);
                Subtract(q[i], s, f, tables.MagnitudeRow[i]);
            }

            PowerFlowBlock.Finish(destination, first, f);
        }

        GC.KeepAlive(tables);
    }

    /// <summary>Rows 2k and 2k+1: a and b of branch k; then for every unknown magnitude V: 2 G V, -2 B V with the bus's own admittance G + jB, and 1/V.</summary>
    public static void Linearize(PowerFlowTables tables, Batch status, Batch x, Batch linearization)
    {
        int buses = tables.Buses;
        using var block = new PowerFlowBlock((4 * buses) + tables.Branches + tables.Components + tables.LinearizationComponents);
        EightRows free = block.Rows;
        EightRows angle = PowerFlowBlock.Take(ref free, buses), magnitude = PowerFlowBlock.Take(ref free, buses), g = PowerFlowBlock.Take(ref free, buses), b = PowerFlowBlock.Take(ref free, buses);
        EightRows spareStatus = PowerFlowBlock.Take(ref free, tables.Branches), spareX = PowerFlowBlock.Take(ref free, tables.Components), spare = PowerFlowBlock.Take(ref free, tables.LinearizationComponents);
        EightRows u = Shared(status, spareStatus);
        for (int first = 0; first < x.Instances; first += PowerFlowBlock.Lanes)
        {
            u = status.Instances == 1 ? u : PowerFlowBlock.Read(status, first, spareStatus);
            Spread(tables, PowerFlowBlock.Read(x, first, spareX), angle, magnitude);
            EightRows rows = PowerFlowBlock.Write(linearization, first, spare);
            for (int i = 0; i < buses; i++)
            {
                Vector512.Create(tables.Shunts[2 * i]).Store(g[i]);
                Vector512.Create(tables.Shunts[(2 * i) + 1]).Store(b[i]);
            }

            for (int k = 0; k < tables.Branches; k++)
            {
                int f = tables.From[k], t = tables.To[k];
                V uk = Vector512.Load(u[k]);
                V product = uk * Vector512.Load(magnitude[f]) * Vector512.Load(magnitude[t]);
                (V sine, V cosine) = ElementaryTrigonometric.SinCos(Vector512.Load(angle[f]) - Vector512.Load(angle[t]));
                (product * cosine).Store(rows[2 * k]);
                (product * sine).Store(rows[(2 * k) + 1]);
                ReadOnlySpan<double> c = tables.Coefficients.AsSpan(k * PowerFlowTables.CoefficientsPerBranch, PowerFlowTables.CoefficientsPerBranch);
                Add(g[f], uk, c[0]);
                Add(b[f], uk, c[1]);
                Add(g[t], uk, c[2]);
                Add(b[t], uk, c[3]);
            }

            for (int i = 0; i < buses; i++)
            {
                if (tables.MagnitudeRow[i] is int row && row >= 0)
                {
                    int at = (2 * tables.Branches) + (3 * (row - tables.Angles));
                    V v = Vector512.Load(magnitude[i]), twice = v + v;
                    (twice * Vector512.Load(g[i])).Store(rows[at]);
                    (-twice * Vector512.Load(b[i])).Store(rows[at + 1]);
                    (V.One / v).Store(rows[at + 2]);
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
        using var block = new PowerFlowBlock((4 * buses) + tables.LinearizationComponents + (2 * tables.Components));
        EightRows free = block.Rows;
        EightRows angle = PowerFlowBlock.Take(ref free, buses), magnitude = PowerFlowBlock.Take(ref free, buses), p = PowerFlowBlock.Take(ref free, buses), q = PowerFlowBlock.Take(ref free, buses);
        EightRows spareLinearization = PowerFlowBlock.Take(ref free, tables.LinearizationComponents), spareV = PowerFlowBlock.Take(ref free, tables.Components), spareF = PowerFlowBlock.Take(ref free, tables.Components);
        for (int first = 0; first < v.Instances; first += PowerFlowBlock.Lanes)
        {
            EightRows rows = PowerFlowBlock.Read(linearization, first, spareLinearization);
            EightRows direction = PowerFlowBlock.Read(v, first, spareV);
            for (int i = 0; i < buses; i++)
            {
                int angleRow = tables.AngleRow[i], row = tables.MagnitudeRow[i];
                (angleRow < 0 ? V.Zero : Vector512.Load(direction[angleRow])).Store(angle[i]);
                V relative = V.Zero, ownP = V.Zero, ownQ = V.Zero;
                if (row >= 0)
                {
                    int at = (2 * tables.Branches) + (3 * (row - tables.Angles));
                    V dv = Vector512.Load(direction[row]);
                    (relative, ownP, ownQ) = (dv * Vector512.Load(rows[at + 2]), dv * Vector512.Load(rows[at]), dv * Vector512.Load(rows[at + 1]));
                }

                relative.Store(magnitude[i]);
                ownP.Store(p[i]);
                ownQ.Store(q[i]);
            }

            fixed (double* coefficients = tables.Coefficients)
            {
                double* c = coefficients;
                for (int k = 0; k < tables.Branches; k++, c += PowerFlowTables.CoefficientsPerBranch)
                {
                    int f = tables.From[k], t = tables.To[k];
                    V a = Vector512.Load(rows[2 * k]), b = Vector512.Load(rows[(2 * k) + 1]);
                    V turn = Vector512.Load(angle[f]) - Vector512.Load(angle[t]), growth = Vector512.Load(magnitude[f]) + Vector512.Load(magnitude[t]);
                    V da = Lanes.MultiplyAdd(-b, turn, a * growth), db = Lanes.MultiplyAdd(a, turn, b * growth);
                    Exchange(c, da, db, p[f], q[f], p[t], q[t], Vector512.Load(p[f]), Vector512.Load(q[f]), Vector512.Load(p[t]), Vector512.Load(q[t]));
                }
            }

            EightRows result = PowerFlowBlock.Write(destination, first, spareF);
            for (int i = 0; i < buses; i++)
            {
                Copy(p[i], result, tables.AngleRow[i]);
                Copy(q[i], result, tables.MagnitudeRow[i]);
            }

            PowerFlowBlock.Finish(destination, first, result);
        }

        GC.KeepAlive(tables);
    }

    /// <summary><c>destination = mismatch / V</c>: each row over the magnitude of its bus.</summary>
    public static void DivideByMagnitude(PowerFlowTables tables, Batch x, Batch mismatch, Batch destination)
    {
        int buses = tables.Buses;
        using var block = new PowerFlowBlock((2 * buses) + (3 * tables.Components));
        EightRows free = block.Rows;
        EightRows angle = PowerFlowBlock.Take(ref free, buses), magnitude = PowerFlowBlock.Take(ref free, buses);
        EightRows spareX = PowerFlowBlock.Take(ref free, tables.Components), spareM = PowerFlowBlock.Take(ref free, tables.Components), spareF = PowerFlowBlock.Take(ref free, tables.Components);
        for (int first = 0; first < x.Instances; first += PowerFlowBlock.Lanes)
        {
            Spread(tables, PowerFlowBlock.Read(x, first, spareX), angle, magnitude);
            EightRows m = PowerFlowBlock.Read(mismatch, first, spareM), result = PowerFlowBlock.Write(destination, first, spareF);
            for (int i = 0; i < buses; i++)
            {
                Divide(m, magnitude[i], result, tables.AngleRow[i]);
                Divide(m, magnitude[i], result, tables.MagnitudeRow[i]);
            }

            PowerFlowBlock.Finish(destination, first, result);
        }

        GC.KeepAlive(tables);
    }

    /// <summary>The one row of a batch that serves all instances, in every lane.</summary>
    public static EightRows Shared(Batch batch, EightRows spare) => batch.Instances == 1 ? PowerFlowBlock.Read(batch, 0, spare) : spare;

    /// <summary>Angle and magnitude of every bus, those given among them.</summary>
    private static void Spread(PowerFlowTables tables, EightRows x, EightRows angle, EightRows magnitude)
    {
        for (int i = 0; i < tables.Buses; i++)
        {
            int angleRow = tables.AngleRow[i], magnitudeRow = tables.MagnitudeRow[i];
            (angleRow < 0 ? Vector512.Create(tables.FixedAngle[i]) : Vector512.Load(x[angleRow])).Store(angle[i]);
            (magnitudeRow < 0 ? Vector512.Create(tables.FixedMagnitude[i]) : Vector512.Load(x[magnitudeRow])).Store(magnitude[i]);
        }
    }

    /// <summary>The power that leaves every bus through its shunt and its branches.</summary>
    private static void Powers(PowerFlowTables tables, EightRows u, EightRows angle, EightRows magnitude, EightRows p, EightRows q)
    {
        for (int i = 0; i < tables.Buses; i++)
        {
            V v = Vector512.Load(magnitude[i]), square = v * v;
            (square * Vector512.Create(tables.Shunts[2 * i])).Store(p[i]);
            (square * Vector512.Create(-tables.Shunts[(2 * i) + 1])).Store(q[i]);
        }

        fixed (double* coefficients = tables.Coefficients)
        {
            double* c = coefficients;
            for (int k = 0; k < tables.Branches; k++, c += PowerFlowTables.CoefficientsPerBranch)
            {
                int f = tables.From[k], t = tables.To[k];
                V uk = Vector512.Load(u[k]), vf = Vector512.Load(magnitude[f]), vt = Vector512.Load(magnitude[t]);
                V atF = uk * vf, product = atF * vt, atT = uk * vt;
                (V sine, V cosine) = ElementaryTrigonometric.SinCos(Vector512.Load(angle[f]) - Vector512.Load(angle[t]));
                V squareF = atF * vf, squareT = atT * vt;
                Exchange(
                    c, product * cosine, product * sine, p[f], q[f], p[t], q[t],
                    Lanes.MultiplyAdd(Vector512.Create(c[0]), squareF, Vector512.Load(p[f])),
                    Lanes.MultiplyAdd(Vector512.Create(-c[1]), squareF, Vector512.Load(q[f])),
                    Lanes.MultiplyAdd(Vector512.Create(c[2]), squareT, Vector512.Load(p[t])),
                    Lanes.MultiplyAdd(Vector512.Create(-c[3]), squareT, Vector512.Load(q[t])));
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
    private static void Copy(double* value, EightRows destination, int row)
    {
        if (row >= 0)
        {
            Vector512.Load(value).Store(destination[row]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Subtract(double* value, EightRows specified, EightRows destination, int row)
    {
        if (row >= 0)
        {
            (Vector512.Load(value) - Vector512.Load(specified[row])).Store(destination[row]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Divide(EightRows mismatch, double* magnitude, EightRows destination, int row)
    {
        if (row >= 0)
        {
            (Vector512.Load(mismatch[row]) / Vector512.Load(magnitude)).Store(destination[row]);
        }
    }
}
