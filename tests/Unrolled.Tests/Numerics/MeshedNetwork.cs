using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

/// <summary>
/// The Jacobian of the AC power-flow equations in polar form on a random meshed network, for several states of it. Unknowns: the angles
/// of all buses but the first, then the voltages of the buses without a generator.
/// </summary>
internal static class MeshedNetwork
{
    /// <summary>The pattern and the entries (entries, states); 118 buses, 179 lines and 54 generators have 181 unknowns.</summary>
    public static (SparsityPattern Pattern, Batch Entries) Jacobian(int buses, int lines, int generators, int states, ulong seed)
    {
        var random = new RandomStream(seed);
        Complex[,] admittance = Admittances(buses, lines, random.Split("network"));
        int[] unknowns = [.. Enumerable.Range(1, buses - 1), .. Enumerable.Range(generators, buses - generators).Select(i => i + buses)];
        int[] start = new int[unknowns.Length + 1];
        var columns = new List<int>();
        for (int i = 0; i < unknowns.Length; i++)
        {
            columns.AddRange(Enumerable.Range(0, unknowns.Length).Where(j => admittance[unknowns[i] % buses, unknowns[j] % buses] != 0));
            start[i + 1] = columns.Count;
        }

        var pattern = new SparsityPattern(unknowns.Length, unknowns.Length, start, [.. columns]);
        Batch entries = Batch.Zeros(pattern.Count, states);
        for (int s = 0; s < states; s++)
        {
            RandomStream state = random.Split((ulong)s);
            Complex[] voltage = [.. Enumerable.Range(0, buses).Select(_ => Complex.FromPolarCoordinates(state.NextUniform(0.95, 1.05), state.NextUniform(-0.3, 0.3)))];
            Complex[] power = [.. Enumerable.Range(0, buses).Select(i => Power(admittance, voltage, i))];
            for (int i = 0; i < unknowns.Length; i++)
            {
                for (int k = start[i]; k < start[i + 1]; k++)
                {
                    int row = unknowns[i], column = unknowns[pattern.Columns[k]];
                    Complex derivative = Derivative(admittance, voltage, power, row % buses, column % buses, column < buses);
                    entries[k, s] = row < buses ? derivative.Real : derivative.Imaginary;
                }
            }
        }

        return (pattern, entries);
    }

    /// <summary>The derivative of the complex power at bus i by the angle or the voltage of bus k.</summary>
    private static Complex Derivative(Complex[,] y, Complex[] v, Complex[] power, int i, int k, bool byAngle)
    {
        Complex flow = v[i] * Complex.Conjugate(y[i, k] * v[k]);
        Complex own = i == k ? power[i] : 0;
        return byAngle ? Complex.ImaginaryOne * (own - flow) : (own + flow) / v[k].Magnitude;
    }

    private static Complex Power(Complex[,] y, Complex[] v, int i)
    {
        Complex current = 0;
        for (int k = 0; k < v.Length; k++)
        {
            current += y[i, k] * v[k];
        }

        return v[i] * Complex.Conjugate(current);
    }

    /// <summary>Buses at random places: each is joined to the nearest before it, then the shortest lines left are added.</summary>
    private static Complex[,] Admittances(int buses, int lines, RandomStream random)
    {
        (double X, double Y)[] place = [.. Enumerable.Range(0, buses).Select(_ => (random.NextUniform(), random.NextUniform()))];
        double Distance(int i, int k) => Math.Pow(place[i].X - place[k].X, 2) + Math.Pow(place[i].Y - place[k].Y, 2);
        var joined = new HashSet<(int, int)>();
        for (int i = 1; i < buses; i++)
        {
            joined.Add((Enumerable.Range(0, i).MinBy(k => Distance(i, k)), i));
        }

        foreach ((int, int) line in Enumerable.Range(0, buses).SelectMany(i => Enumerable.Range(0, i).Select(k => (k, i))).OrderBy(l => Distance(l.k, l.i)))
        {
            if (joined.Count < lines)
            {
                joined.Add(line);
            }
        }

        var y = new Complex[buses, buses];
        foreach ((int i, int k) in joined.Order())
        {
            double resistance = random.NextUniform(0.005, 0.05);
            Complex admittance = 1 / new Complex(resistance, resistance * random.NextUniform(2, 5));
            y[i, k] -= admittance;
            y[k, i] -= admittance;
            y[i, i] += admittance;
            y[k, k] += admittance;
        }

        return y;
    }
}
