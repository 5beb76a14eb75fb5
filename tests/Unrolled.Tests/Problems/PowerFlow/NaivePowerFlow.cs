using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Tests.Problems.PowerFlow;

/// <summary>The textbook: a dense admittance matrix from the file's circuit data, S = V conj(Y V), Newton with a dense factorization.</summary>
internal static class NaivePowerFlow
{
    public static Complex[,] Admittances(PowerNetwork network, Func<int, double> status)
    {
        int n = network.Buses.Length;
        var y = new Complex[n, n];
        for (int i = 0; i < n; i++)
        {
            y[i, i] = network.Buses[i].Shunt;
        }

        for (int k = 0; k < network.Branches.Length; k++)
        {
            PowerBranch branch = network.Branches[k];
            double u = branch.InService ? status(k) : 0;
            if (u == 0)
            {
                continue;
            }

            Complex series = 1 / new Complex(branch.Resistance, branch.Reactance), tap = Complex.FromPolarCoordinates(branch.TapRatio, branch.PhaseShift);
            Complex end = series + new Complex(0, branch.Charging / 2);
            y[branch.From, branch.From] += u * end / (tap * Complex.Conjugate(tap));
            y[branch.From, branch.To] -= u * series / Complex.Conjugate(tap);
            y[branch.To, branch.From] -= u * series / tap;
            y[branch.To, branch.To] += u * end;
        }

        return y;
    }

    public static double[] Mismatch(PowerNetwork network, Complex[,] y, PowerInjections injections, int instance, ReadOnlySpan<double> x)
    {
        int n = network.Buses.Length, next = 0;
        var v = new Complex[n];
        double[] angle = new double[n], magnitude = new double[n];
        for (int i = 0; i < n; i++)
        {
            angle[i] = network.Buses[i].Kind == PowerBusKind.Slack ? network.Buses[i].Angle : x[next++];
        }

        for (int i = 0; i < n; i++)
        {
            magnitude[i] = network.Buses[i].Kind == PowerBusKind.Load ? x[next++] : network.Buses[i].Magnitude;
            v[i] = Complex.FromPolarCoordinates(magnitude[i], angle[i]);
        }

        var difference = new Complex[n];
        for (int i = 0; i < n; i++)
        {
            Complex current = 0;
            for (int j = 0; j < n; j++)
            {
                current += y[i, j] * v[j];
            }

            difference[i] = (v[i] * Complex.Conjugate(current)) - injections.Generation(i, instance) + injections.Load(i, instance);
        }

        return [
            .. Enumerable.Range(0, n).Where(i => network.Buses[i].Kind != PowerBusKind.Slack).Select(i => difference[i].Real),
            .. Enumerable.Range(0, n).Where(i => network.Buses[i].Kind == PowerBusKind.Load).Select(i => difference[i].Imaginary),
        ];
    }

    /// <summary>Newton's method from the given point; the largest mismatches of its iterates.</summary>
    public static List<double> Newton(PowerFlowOperator flow, Batch x, int iterations)
    {
        int n = flow.Components;
        Batch f = Batch.Zeros(n, 1), linearization = Batch.Zeros(flow.LinearizationComponents, 1), entries = Batch.Zeros(flow.JacobianPattern.Count, 1);
        var norms = new List<double>();
        for (int iteration = 0; ; iteration++)
        {
            flow.Evaluate(x, f);
            norms.Add(f.Values.ToArray().Max(Math.Abs));
            if (iteration == iterations)
            {
                return norms;
            }

            flow.Linearize(x, linearization);
            flow.JacobianEntries(x, linearization, entries);
            double[] step = new double[n];
            LuFactorization.Factor(Dense(flow.JacobianPattern, entries, 0)).Solve(f.Values, step);
            for (int i = 0; i < n; i++)
            {
                x[i, 0] -= step[i];
            }
        }
    }

    public static Matrix Dense(SparsityPattern pattern, Batch entries, int instance)
    {
        var dense = new Matrix(pattern.RowCount, pattern.ColumnCount);
        for (int i = 0; i < pattern.RowCount; i++)
        {
            for (int k = pattern.RowStart[i]; k < pattern.RowStart[i + 1]; k++)
            {
                dense[i, pattern.Columns[k]] = entries[k, instance];
            }
        }

        return dense;
    }
}
