using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>Boundary value problems on a uniform grid as functions F(y, p), scaled by h² so that their linear part is tridiag(-1, 2, -1) or the five-point matrix.</summary>
internal static class GridEquations
{
    /// <summary>
    /// Bratu's problem <c>-u'' = lambda e^u</c> (or its form in the plane) on (0, 1) or its square, zero on the boundary:
    /// <c>(2 d) u_i - sum of neighbours - h^2 lambda e^{u_i}</c>, h = 1/(grid + 1).
    /// </summary>
    public static Function Bratu(int dimensions, int grid)
    {
        FunctionBuilder builder = new();
        Expression[] u = builder.Input(new FunctionVector("y", Names(dimensions, grid)));
        Expression lambda = builder.Input(new FunctionVector("p", ["lambda"]))[0];
        double h = 1.0 / (grid + 1);
        Expression source = h * h * lambda;
        Expression[] f = new Expression[u.Length];
        for (int i = 0; i < u.Length; i++)
        {
            Expression linear = 2.0 * dimensions * u[i];
            foreach (int neighbour in Neighbours(dimensions, grid, i))
            {
                linear -= u[neighbour];
            }

            f[i] = linear - (source * Expression.Exp(u[i]));
        }

        return builder.Output("F", f).Build();
    }

    /// <summary>
    /// The steady state of Burgers' equation, <c>nu u'' = (u^2 / 2)'</c> on (0, 1) with u(0) = 1, u(1) = -1, by central differences:
    /// <c>-u_{i-1} + 2 u_i - u_{i+1} + (h / (4 nu)) (u_{i+1}^2 - u_{i-1}^2)</c>.
    /// </summary>
    public static Function Burgers(int grid)
    {
        FunctionBuilder builder = new();
        Expression[] u = builder.Input(new FunctionVector("y", Names(1, grid)));
        Expression nu = builder.Input(new FunctionVector("p", ["nu"]))[0];
        Expression convection = 0.25 / (grid + 1) / nu;
        Expression[] f = new Expression[grid];
        for (int i = 0; i < grid; i++)
        {
            Expression left = i > 0 ? u[i - 1] : 1.0, right = i + 1 < grid ? u[i + 1] : -1.0;
            f[i] = (2.0 * u[i]) - left - right + (convection * ((right * right) - (left * left)));
        }

        return builder.Output("F", f).Build();
    }

    /// <summary>The linear part.</summary>
    public static SparseMatrix Poisson(int dimensions, int grid)
    {
        List<int> start = [0], columns = [];
        List<double> values = [];
        int n = Names(dimensions, grid).Count;
        for (int i = 0; i < n; i++)
        {
            foreach (int j in Neighbours(dimensions, grid, i).Append(i).Order())
            {
                columns.Add(j);
                values.Add(j == i ? 2 * dimensions : -1);
            }

            start.Add(columns.Count);
        }

        return SparseMatrix.FromCompressedRows(n, n, [.. start], [.. columns], [.. values]);
    }

    /// <summary>u[1], u[2], ... or u[1,1], u[1,2], ...</summary>
    public static IReadOnlyList<string> Names(int dimensions, int grid) => dimensions == 1
        ? [.. Enumerable.Range(1, grid).Select(i => $"u[{i}]")]
        : [.. Enumerable.Range(1, grid).SelectMany(i => Enumerable.Range(1, grid).Select(j => $"u[{i},{j}]"))];

    private static IEnumerable<int> Neighbours(int dimensions, int grid, int i)
    {
        if (dimensions == 2 && i >= grid)
        {
            yield return i - grid;
        }

        if (i % grid > 0)
        {
            yield return i - 1;
        }

        if (i % grid < grid - 1)
        {
            yield return i + 1;
        }

        if (dimensions == 2 && i < grid * (grid - 1))
        {
            yield return i + grid;
        }
    }
}
