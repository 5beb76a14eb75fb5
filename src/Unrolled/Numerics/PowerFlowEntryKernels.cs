using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Numerics;

/// <summary>The entries of the Jacobian of power flow from what <see cref="PowerFlowKernels.Linearize"/> left; letters as there.</summary>
/// <remarks>
/// Branches write their entries away from the diagonal blocks where they belong, and sum A and C at their ends; the entries of a bus
/// itself are <c>dP/dangle = -sum C</c>, <c>dP/dV = sum A / V + 2 G V</c>, <c>dQ/dangle = sum A</c>, <c>dQ/dV = sum C / V - 2 B V</c>.
/// </remarks>
internal static unsafe class PowerFlowEntryKernels
{
    /// <summary>All entries for every instance.</summary>
    public static void Entries(PowerFlowTables tables, Batch linearization, Batch entries)
    {
        int buses = tables.Buses;
        using var block = new PowerFlowBlock((3 * buses) + tables.LinearizationComponents + tables.Entries);
        EightRows free = block.Rows;
        EightRows sumA = PowerFlowBlock.Take(ref free, buses), sumC = PowerFlowBlock.Take(ref free, buses), inverse = PowerFlowBlock.Take(ref free, buses);
        EightRows spareLinearization = PowerFlowBlock.Take(ref free, tables.LinearizationComponents), spareEntries = PowerFlowBlock.Take(ref free, tables.Entries);
        for (int first = 0; first < entries.Instances; first += PowerFlowBlock.Lanes)
        {
            EightRows rows = PowerFlowBlock.Read(linearization, first, spareLinearization), result = PowerFlowBlock.Write(entries, first, spareEntries);
            for (int i = 0; i < buses; i++)
            {
                V.Zero.Store(sumA[i]);
                V.Zero.Store(sumC[i]);
                (tables.MagnitudeRow[i] < 0 ? V.Zero : Vector512.Load(rows[OwnRow(tables, i) + 2])).Store(inverse[i]);
            }

            Branches(tables, rows, sumA, sumC, inverse, result);
            for (int i = 0; i < buses; i++)
            {
                ReadOnlySpan<int> place = tables.BusPlaces.AsSpan(i * PowerFlowTables.PlacesPerBus, PowerFlowTables.PlacesPerBus);
                V a = Vector512.Load(sumA[i]), c = Vector512.Load(sumC[i]), inv = Vector512.Load(inverse[i]);
                if (place[0] >= 0)
                {
                    (-c).Store(result[place[0]]);
                }

                if (place[3] >= 0)
                {
                    int own = OwnRow(tables, i);
                    Lanes.MultiplyAdd(a, inv, Vector512.Load(rows[own])).Store(result[place[1]]);
                    a.Store(result[place[2]]);
                    Lanes.MultiplyAdd(c, inv, Vector512.Load(rows[own + 1])).Store(result[place[3]]);
                }
            }

            PowerFlowBlock.Finish(entries, first, result);
        }

        GC.KeepAlive(tables);
    }

    private static int OwnRow(PowerFlowTables tables, int bus) => (2 * tables.Branches) + (3 * (tables.MagnitudeRow[bus] - tables.Angles));

    private static void Branches(PowerFlowTables tables, EightRows rows, EightRows sumA, EightRows sumC, EightRows inverse, EightRows result)
    {
        fixed (double* coefficients = tables.Coefficients)
        fixed (int* places = tables.BranchPlaces)
        {
            double* g = coefficients;
            int* place = places;
            for (int k = 0; k < tables.Branches; k++, g += PowerFlowTables.CoefficientsPerBranch, place += PowerFlowTables.PlacesPerBranch)
            {
                int f = tables.From[k], t = tables.To[k];
                V a = Vector512.Load(rows[2 * k]), b = Vector512.Load(rows[(2 * k) + 1]);
                V gft = Vector512.Create(g[4]), bft = Vector512.Create(g[5]), gtf = Vector512.Create(g[6]), btf = Vector512.Create(g[7]);
                V fromA = Lanes.MultiplyAdd(gft, a, bft * b), fromC = Lanes.MultiplyAdd(gft, b, -(bft * a));
                V toA = Lanes.MultiplyAdd(gtf, a, -(btf * b)), toC = -Lanes.MultiplyAdd(gtf, b, btf * a);
                (Vector512.Load(sumA[f]) + fromA).Store(sumA[f]);
                (Vector512.Load(sumC[f]) + fromC).Store(sumC[f]);
                (Vector512.Load(sumA[t]) + toA).Store(sumA[t]);
                (Vector512.Load(sumC[t]) + toC).Store(sumC[t]);
                V inverseF = Vector512.Load(inverse[f]), inverseT = Vector512.Load(inverse[t]);
                if (tables.Repeats[k])
                {
                    End<Accumulate>(place, fromA, fromC, inverseT, result);
                    End<Accumulate>(place + 4, toA, toC, inverseF, result);
                }
                else
                {
                    End<Assign>(place, fromA, fromC, inverseT, result);
                    End<Assign>(place + 4, toA, toC, inverseF, result);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End<TWrite>(int* place, V a, V c, V inverse, EightRows result)
        where TWrite : struct, IEntryWrite
    {
        TWrite write = default;
        if (place[0] >= 0)
        {
            write.To(result[place[0]], c);
        }

        if (place[1] >= 0)
        {
            write.To(result[place[1]], a * inverse);
        }

        if (place[2] >= 0)
        {
            write.To(result[place[2]], -a);
        }

        if (place[3] >= 0)
        {
            write.To(result[place[3]], c * inverse);
        }
    }

    /// <summary>What becomes of an entry's number: a struct, so that the compiler fuses it.</summary>
    private interface IEntryWrite
    {
        void To(double* place, V value);
    }

    private readonly struct Assign : IEntryWrite
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void To(double* place, V value) => value.Store(place);
    }

    private readonly struct Accumulate : IEntryWrite
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void To(double* place, V value) => (Vector512.Load(place) + value).Store(place);
    }
}
