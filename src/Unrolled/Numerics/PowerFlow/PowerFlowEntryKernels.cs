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
        using var block = new PowerFlowBlock(3 * buses, tables.LinearizationComponents + tables.Entries, PowerFlowBlock.Wide);
        BlockRows free = block.Rows, spares = block.Spare;
        BlockRows sumA = PowerFlowBlock.Take(ref free, buses), sumC = PowerFlowBlock.Take(ref free, buses), inverse = PowerFlowBlock.Take(ref free, buses);
        BlockRows spareLinearization = PowerFlowBlock.Take(ref spares, tables.LinearizationComponents), spareEntries = PowerFlowBlock.Take(ref spares, tables.Entries);
        for (int first = 0, width; first < entries.Instances; first += width)
        {
            width = PowerFlowBlock.Width(entries, first, PowerFlowBlock.Wide);
            BlockRows rows = PowerFlowBlock.Read(linearization, first, spareLinearization), result = PowerFlowBlock.Write(entries, first, spareEntries);
            for (int i = 0; i < buses; i++)
            {
                for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
                {
                    V.Zero.Store(sumA[i] + w);
                    V.Zero.Store(sumC[i] + w);
                    (tables.MagnitudeRow[i] < 0 ? V.Zero : Vector512.Load(rows[OwnRow(tables, i) + 2] + w)).Store(inverse[i] + w);
                }
            }

            Branches(tables, rows, sumA, sumC, inverse, result, width);
            for (int i = 0; i < buses; i++)
            {
                ReadOnlySpan<int> place = tables.BusPlaces.AsSpan(i * PowerFlowTables.PlacesPerBus, PowerFlowTables.PlacesPerBus);
                int own = OwnRow(tables, i);
                for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
                {
                    V a = Vector512.Load(sumA[i] + w), c = Vector512.Load(sumC[i] + w), inv = Vector512.Load(inverse[i] + w);
                    if (place[0] >= 0)
                    {
                        (-c).Store(result[place[0]] + w);
                    }

                    if (place[3] >= 0)
                    {
                        Lanes.MultiplyAdd(a, inv, Vector512.Load(rows[own] + w)).Store(result[place[1]] + w);
                        a.Store(result[place[2]] + w);
                        Lanes.MultiplyAdd(c, inv, Vector512.Load(rows[own + 1] + w)).Store(result[place[3]] + w);
                    }
                }
            }

            PowerFlowBlock.Finish(entries, first, result);
        }

        GC.KeepAlive(tables);
    }

    private static int OwnRow(PowerFlowTables tables, int bus) => (2 * tables.Branches) + (3 * (tables.MagnitudeRow[bus] - tables.Angles));

    private static void Branches(PowerFlowTables tables, BlockRows rows, BlockRows sumA, BlockRows sumC, BlockRows inverse, BlockRows result, int width)
    {
        fixed (double* coefficients = tables.Coefficients)
        fixed (int* places = tables.BranchPlaces)
        {
            double* g = coefficients;
            int* place = places;
            for (int k = 0; k < tables.Branches; k++, g += PowerFlowTables.CoefficientsPerBranch, place += PowerFlowTables.PlacesPerBranch)
            {
                int f = tables.From[k], t = tables.To[k];
                V gft = Vector512.Create(g[4]), bft = Vector512.Create(g[5]), gtf = Vector512.Create(g[6]), btf = Vector512.Create(g[7]);
                bool repeats = tables.Repeats[k];
                for (int w = 0; w < width; w += PowerFlowBlock.Lanes)
                {
                    V a = Vector512.Load(rows[2 * k] + w), b = Vector512.Load(rows[(2 * k) + 1] + w);
                    V fromA = Lanes.MultiplyAdd(gft, a, bft * b), fromC = Lanes.MultiplyAdd(gft, b, -(bft * a));
                    V toA = Lanes.MultiplyAdd(gtf, a, -(btf * b)), toC = -Lanes.MultiplyAdd(gtf, b, btf * a);
                    Accumulate.Add(sumA[f] + w, fromA);
                    Accumulate.Add(sumC[f] + w, fromC);
                    Accumulate.Add(sumA[t] + w, toA);
                    Accumulate.Add(sumC[t] + w, toC);
                    V inverseF = Vector512.Load(inverse[f] + w), inverseT = Vector512.Load(inverse[t] + w);
                    if (repeats)
                    {
                        End<Accumulate>(place, fromA, fromC, inverseT, result, w);
                        End<Accumulate>(place + 4, toA, toC, inverseF, result, w);
                    }
                    else
                    {
                        End<Assign>(place, fromA, fromC, inverseT, result, w);
                        End<Assign>(place + 4, toA, toC, inverseF, result, w);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End<TWrite>(int* place, V a, V c, V inverse, BlockRows result, int w)
        where TWrite : struct, IEntryWrite
    {
        TWrite write = default;
        if (place[0] >= 0)
        {
            write.To(result[place[0]] + w, c);
        }

        if (place[1] >= 0)
        {
            write.To(result[place[1]] + w, a * inverse);
        }

        if (place[2] >= 0)
        {
            write.To(result[place[2]] + w, -a);
        }

        if (place[3] >= 0)
        {
            write.To(result[place[3]] + w, c * inverse);
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
        public void To(double* place, V value) => Add(place, value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(double* place, V value) => (Vector512.Load(place) + value).Store(place);
    }
}
