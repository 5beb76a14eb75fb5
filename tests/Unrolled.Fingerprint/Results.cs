using System.Numerics;
using Unrolled.Differentiation;
using Unrolled.Diffusion;
using Unrolled.Krylov;
using Unrolled.Krylov.Preconditioners;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Fingerprint;

/// <summary>Small results of everything that has vector code: whole registers and what is left over, one instance and many.</summary>
internal static class Results
{
    private const int Instances = 11;

    public static IEnumerable<(string Name, double[] Numbers)> All()
    {
        var stream = new RandomStream(7);
        LinearSystem grid = new DiffusionFamily(grid: 7).Draw(Instances, stream.Split("diffusion"));
        LinearSystem wind = new ConvectionDiffusionFamily(grid: 6).Draw(Instances, stream.Split("convection"));
        foreach ((string name, LinearSystem system) in new[] { ("diffusion", grid), ("convection", wind), ("dense", Dense(stream)) })
        {
            yield return ($"{name} operator", Applied(system.Operator, system.RightHandSide));
            foreach (IIteration<LinearSystem> method in Methods())
            {
                Solution solution = Solver.Solve(method, system, StoppingCriterion.Iterations(24), new SolverOptions { Threads = 1 });
                double[] outcomes = [.. solution.Outcomes.ToArray().SelectMany(o => new[] { (double)o.Termination, o.Residual, o.Iterations })];
                yield return ($"{name} {method.Name}", [.. solution.Iterate.Values, .. outcomes]);
            }
        }

        SparseOperator sparse = Sparse(40);
        Batch x = Random(40, Instances, stream);
        yield return ("sparse operator", Applied(sparse, x));
        foreach (string name in Preconditioner.Names.ToArray())
        {
            if (Preconditioner.Create(name, sparse) is ILinearOperator m)
            {
                yield return ($"preconditioner {name}", Applied(m, x));
            }
        }

        yield return ("function", Evaluated(stream));
        yield return ("power flow", PowerFlow(stream));
        foreach ((int rows, int bits) in new[] { (20, 30), (120, 100), (640, 600) })
        {
            yield return ($"elimination {rows} x {bits}", EliminationResults.Large(stream.Split((ulong)bits), rows, bits));
        }

        yield return ("elimination by lanes", EliminationResults.Small(stream.Split("lanes")));

        foreach (Flux flux in Flux.All)
        {
            yield return ($"flux {flux.Name}", [.. Activated(new FluxActivation<double>(flux, [0.3, 0.9, 2])), .. Activated(new CoupledActivation<double>(flux, 3, [0.8]))]);
            yield return ($"single flux {flux.Name}", [.. Activated(new FluxActivation<float>(flux, [0.3f, 0.9f, 2])), .. Activated(new CoupledActivation<float>(flux, 3, [0.8f]))]);
        }

        MixtureTerm[] terms = [new(Flux.PeronaMalik), new(Flux.Weickert, 2), new(Flux.PeronaMalikExponential, 0.3)];
        yield return ("mixture", Activated(new MixtureActivation<double>(terms, [0.5, 0.3, 0.2], [0.3, 0.9, 2])));
        yield return ("single mixture", Activated(new MixtureActivation<float>(terms, [0.5f, 0.3f, 0.2f], [0.3f, 0.9f, 2])));
        yield return ("spline", Activated(new SplineActivation<double>([0.5, 1, 2], [1, 0.8, 0.3, 0, 0.9, 0.1, 0.4, 0.2, 1, 1, 0, 0.5], [0.3, 0.9, 2])));
        yield return ("single spline", Activated(new SplineActivation<float>([0.5f, 1, 2], [1, 0.8f, 0.3f, 0, 0.9f, 0.1f, 0.4f, 0.2f, 1, 1, 0, 0.5f], [0.3f, 0.9f, 2])));
        yield return ("relu", [.. Activated(new ReluActivation<double>(3)), .. Activated(new ReluActivation<float>(3))]);
        foreach (Boundary boundary in new[] { Boundary.Reflecting, Boundary.Periodic })
        {
            double[] kernels = Random(2 * 2 * 15, 1, stream).Values.ToArray(), gradient = new double[kernels.Length];
            var bound = SymbolBound.Of(new ConvolutionBank<double>(kernels, 2, 2, 3, 5, boundary));
            bound.AccumulateGradient(1, gradient);
            yield return ($"norm {boundary}", [OperatorNorm.Bound(new ConvolutionBank<double>(kernels, 2, 2, 3, 5, boundary)), .. gradient]);
        }

        foreach ((int rows, int columns, int kernelRows) in new[] { (1, 41, 1), (19, 23, 5), (3, 2, 3), (35, 41, 5), (33, 70, 7) })
        {
            yield return ($"symmetric step {rows} x {columns} float", SymmetricStep<float>(rows, columns, kernelRows, stream));
            yield return ($"symmetric step {rows} x {columns} double", SymmetricStep<double>(rows, columns, kernelRows, stream));
        }
    }

    /// <summary>Values, products and gradient of three channels: pairs of registers, one and what is left over.</summary>
    private static double[] Activated<T>(IActivation<T> activation)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        const int Pixels = 117;
        var stream = new RandomStream(5);
        T[] s = new T[3 * Pixels], p = new T[s.Length], value = new T[s.Length], product = new T[s.Length], gradient = new T[activation.ParameterCount];
        for (int i = 0; i < s.Length; i++)
        {
            (s[i], p[i]) = (T.CreateChecked(3 * stream.NextNormal()), T.CreateChecked(stream.NextNormal()));
        }

        activation.Apply(s, value, 3);
        double[] applied = Array.ConvertAll(value, double.CreateChecked);
        activation.Linearize(s, p, value, product, 3, gradient);
        T[][] all = [value, product, gradient];
        return [.. applied, .. all.SelectMany(numbers => numbers.Select(double.CreateChecked))];
    }

    /// <summary>Mismatch, shared numbers and entries of a ring of nine buses.</summary>
    private static double[] PowerFlow(RandomStream stream)
    {
        const int buses = 9;
        var network = new PowerNetwork(
            100,
            Enumerable.Range(0, buses).Select(i => new PowerBus(i + 1, i == 0 ? PowerBusKind.Slack : PowerBusKind.Load, 0.1, 0, 0, 1, 0, 0.9, 1.1)),
            Enumerable.Range(0, buses).Select(i => new PowerBranch(i, (i + 1) % buses, 0.01, 0.05, 0.02, 1 + (0.01 * i), 0.02 * i, true, 0)));
        var flow = new PowerFlowOperator(network);
        Batch x = Random(flow.Components, Instances, stream), f = Batch.Zeros(flow.Components, Instances);
        Batch shared = Batch.Zeros(flow.LinearizationComponents, Instances), entries = Batch.Zeros(flow.JacobianPattern.Count, Instances);
        flow.Evaluate(x, f);
        flow.Linearize(x, shared);
        flow.JacobianEntries(x, shared, entries);
        double[] mismatch = f.Values.ToArray();
        flow.ApplyJacobian(x, shared, x, f);
        return [.. mismatch, .. shared.Values, .. entries.Values, .. f.Values];
    }

    /// <summary>A step of thirteen filters and its reverse sweep, on two channels and on one.</summary>
    private static double[] SymmetricStep<T>(int rows, int columns, int kernelRows, RandomStream stream)
        where T : struct, IFloatingPointIeee754<T>
    {
        const int filters = 13, kernelColumns = 5;
        var numbers = new List<double>();
        foreach (int channels in new[] { 1, 2 })
        {
            T[] kernels = Random<T>(filters * channels * kernelRows * kernelColumns, stream), gradient = new T[kernels.Length];
            var step = new SymmetricStep<T>(
                new ConvolutionBank<T>(kernels, filters, channels, kernelRows, kernelColumns, Boundary.Periodic), new PlainFlux<T>(), T.CreateTruncating(0.1));
            Field<T> u = new(2, channels, rows, columns), next = u.ZerosLike(), du = u.ZerosLike();
            Random<T>(u.Values.Length, stream).CopyTo(u.Values);
            T tau = T.Zero;
            step.Apply(u, next);
            step.Backward(u, next, du, gradient, [], ref tau);
            foreach (T[] part in new[] { next.Values.ToArray(), du.Values.ToArray(), gradient, [tau] })
            {
                numbers.AddRange(part.Select(double.CreateTruncating));
            }
        }

        return [.. numbers];
    }

    private static T[] Random<T>(int count, RandomStream stream)
        where T : struct, IFloatingPointIeee754<T> => [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(stream.NextNormal()))];

    private static IIteration<LinearSystem>[] Methods()
    {
        double[] steps = [0.9, 0.4, 0.2, 0.14];
        return
        [
            new ConjugateGradient(), new Minres(), new Gmres(9), new FlexibleGmres(9), new BiCgStab(), new Chebyshev(0.1, 8), new Richardson(steps),
            LearnedKrylov.FromSteps(steps),
        ];
    }

    /// <summary>What an operator makes of a batch, and of its first instance alone.</summary>
    private static double[] Applied(ILinearOperator a, Batch x)
    {
        Batch y = Batch.Zeros(a.Rows, x.Instances), adjoint = Batch.Zeros(a.Columns, x.Instances), alone = Batch.Zeros(a.Rows, 1);
        a.Apply(x, y);
        a.ApplyAdjoint(x, adjoint);
        a.Select([0]).Apply(x.Select([0]), alone);
        return [.. y.Values, .. adjoint.Values, .. alone.Values];
    }

    private static LinearSystem Dense(RandomStream stream)
    {
        const int N = 13;
        Batch entries = Random(N * N, 1, stream);
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < i; j++)
            {
                entries[(i * N) + j, 0] = entries[(j * N) + i, 0];
            }

            entries[(i * N) + i, 0] += 6;
        }

        return new LinearSystem(new DenseOperator(N, N, entries, OperatorProperties.Symmetric), Random(N, Instances, stream));
    }

    private static SparseOperator Sparse(int n)
    {
        int[] rows = [.. Enumerable.Range(0, n), .. Enumerable.Range(1, n - 1), .. Enumerable.Range(0, n - 1), .. Enumerable.Range(6, n - 6), .. Enumerable.Range(0, n - 6)];
        int[] columns = [.. Enumerable.Range(0, n), .. Enumerable.Range(0, n - 1), .. Enumerable.Range(1, n - 1), .. Enumerable.Range(0, n - 6), .. Enumerable.Range(6, n - 6)];
        double[] values = [.. rows.Zip(columns, (i, j) => i == j ? 4.3 + (0.1 * (i % 3)) : -1 - (0.01 * Math.Abs(i - j)))];
        return new SparseOperator(SparseMatrix.FromTriplets(n, n, rows, columns, values), OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite);
    }

    private static double[] Evaluated(RandomStream stream)
    {
        Function f = Function.ParseEquations("dx = y*sin(x) + exp(-x^2)\ndy = mu*(1 - x^2)*y - x/(1 + sqrt(y^2 + 1)) + log(2 + cos(y))^3", ["mu"]);
        double[] dy = new double[2 * Instances];
        f.Kernel.Evaluate(Random(2, Instances, stream).Values, Random(1, Instances, stream).Values, 0, dy, Instances);
        return dy;
    }

    private static Batch Random(int components, int instances, RandomStream stream)
    {
        Batch batch = Batch.Zeros(components, instances);
        foreach (ref double number in batch.Values)
        {
            number = stream.NextNormal();
        }

        return batch;
    }
}
