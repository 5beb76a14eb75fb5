using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Learning;

/// <summary>
/// The residuals <c>w_ks F(x_k)</c> of a batch of nonlinear systems after k = 1 .. T unrolled steps of a learned solver, with their exact
/// Jacobian with respect to the coefficients of its weights.
/// </summary>
/// <remarks>
/// Chunks of instances whose vectors fit the cache run through all T steps in one thread's memory. Rows of [J r] are reduced to a triangle
/// after every step and triangles are joined in the order of the chunks, so the bits do not depend on the number of threads. Work: one
/// step and, for each weight, as many Jacobian products as the step has evaluations.
/// </remarks>
public sealed class SolverResiduals : IResiduals, IDisposable
{
    private const int CacheBytes = 512 * 1024;

    private readonly LearnedCoefficients _shape;
    private readonly Chunk[] _chunks;
    private readonly TriangularFactor[] _factors;
    private readonly double[] _sums;
    private readonly double[] _norms;
    private readonly double[] _weights;
    private readonly RankTeam _team;
    private readonly int _instances;
    private readonly int _steps;
    private LearnedCoefficients _coefficients;
    private bool _linearize;

    /// <summary>Prepares a batch.</summary>
    /// <param name="problem">The systems, at the states where their steps begin.</param>
    /// <param name="form">The form of the step.</param>
    /// <param name="shape">The shape of the coefficients.</param>
    /// <param name="steps">T; 1 in Newton-Krylov form, see <see cref="LearnedForm"/>.</param>
    /// <param name="threads">The number of threads; null for all processors.</param>
    /// <param name="ranks">The processes that share the work; null for this one alone.</param>
    /// <exception cref="ArgumentException">More than one step in Newton-Krylov form.</exception>
    public SolverResiduals(NonlinearSystem problem, LearnedForm form, LearnedCoefficients shape, int steps, int? threads = null, IRanks? ranks = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        if (form == LearnedForm.NewtonKrylov && steps > 1)
        {
            throw new ArgumentException($"{steps} steps were asked for; the Newton-Krylov form is trained one step at a time", nameof(steps));
        }

        (_shape, _coefficients, _steps, _instances) = (shape, shape, steps, problem.Instances);
        int vectors = ((shape.Weights + 1) * (shape.InnerEvaluations + 3)) + 4;
        int width = Math.Clamp((int)(CacheBytes / ((long)vectors * problem.Components * sizeof(double))) & -8, 8, 128);
        _chunks = [.. Enumerable.Range(0, (_instances + width - 1) / width).Select(c => new Chunk(problem, c * width, Math.Min(width, _instances - (c * width)), form, shape))];
        _factors = [.. _chunks.Select(_ => new TriangularFactor(ParameterCount + 1))];
        _sums = new double[_chunks.Length];
        _norms = new double[steps * _instances];
        _weights = new double[steps * _instances];
        Array.Fill(_weights, 1);
        _team = new RankTeam(Math.Clamp(threads ?? Environment.ProcessorCount, 1, _chunks.Length), ranks, (_, chunk) => Run(chunk), Exchange);
    }

    /// <inheritdoc/>
    public int ParameterCount => _shape.Values.Length;

    /// <summary>The norms <c>||F(x_k)||</c> of the last call, without weights: (steps, instances).</summary>
    public ReadOnlySpan<double> Norms => _norms;

    /// <summary>Replaces the weights (steps, instances).</summary>
    /// <exception cref="ArgumentException">The length differs.</exception>
    public void Reweight(ReadOnlySpan<double> weights)
    {
        Shapes.Length(weights, _weights.Length, nameof(weights), "there are");
        weights.CopyTo(_weights);
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> parameters)
    {
        RunAll(parameters, linearize: false);
        return Sum();
    }

    /// <inheritdoc/>
    public double Linearize(ReadOnlySpan<double> parameters, TriangularFactor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        RunAll(parameters, linearize: true);
        double sum = Sum();
        for (int c = 0; c < _factors.Length && double.IsFinite(sum); c++)
        {
            factor.Append(_factors[c]);
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    private void RunAll(ReadOnlySpan<double> parameters, bool linearize)
    {
        foreach (double parameter in parameters)
        {
            if (!double.IsFinite(parameter))
            {
                Array.Fill(_sums, double.NaN);
                Array.Fill(_norms, double.NaN);
                return;
            }
        }

        (_coefficients, _linearize) = (_shape.With(parameters), linearize);
        _team.Run(_chunks.Length);
    }

    private void Run(int chunk)
    {
        _factors[chunk].Clear();
        _sums[chunk] = _chunks[chunk].Run(_coefficients, _steps, _weights, _norms, _instances, _linearize ? _factors[chunk] : null);
    }

    private void Exchange(int chunk, ref ItemStream stream)
    {
        stream.Pass(ref _sums[chunk]);
        for (int k = 0; k < _steps; k++)
        {
            stream.Pass(_norms.AsSpan((k * _instances) + _chunks[chunk].First, _chunks[chunk].Count));
        }

        if (_linearize)
        {
            _factors[chunk].Exchange(ref stream);
        }
    }

    private double Sum()
    {
        double sum = 0;
        foreach (double part in _sums)
        {
            sum += part;
        }

        return sum;
    }

    /// <summary>Some instances with the memory of their steps.</summary>
    private sealed class Chunk
    {
        private readonly NonlinearSystem _problem;
        private readonly Workspace _workspace;
        private readonly LearnedForm _form;
        private readonly LearnedCoefficients _shape;
        private readonly BatchArena _arena = new();
        private SolverSensitivity? _sensitivity;
        private double[] _block = [];

        public Chunk(NonlinearSystem problem, int first, int count, LearnedForm form, LearnedCoefficients shape)
        {
            _problem = problem.Select([.. Enumerable.Range(first, count)]);
            (First, _form, _shape) = (first, form, shape);
            _workspace = new Workspace(LearnedStep.Of(form, shape).Shape(_problem), _problem.Components, count, _arena);
        }

        public int First { get; }

        public int Count => _workspace.Instances;

        public double Run(LearnedCoefficients coefficients, int steps, ReadOnlySpan<double> weights, Span<double> norms, int instances, TriangularFactor? factor)
        {
            LearnedStep step = LearnedStep.Of(_form, coefficients);
            _problem.InitialIterate!.Value.CopyTo(_workspace.Iterate);
            step.Initialize(_problem, _workspace, startsAtZero: false);
            if (factor is not null)
            {
                _sensitivity ??= new SolverSensitivity(_problem, _workspace, _form, _shape, _arena);
                _sensitivity.Begin(coefficients);
            }

            double sum = 0;
            for (int k = 0; k < steps; k++)
            {
                if (factor is null)
                {
                    step.Advance(_problem, _workspace, default(Unwatched));
                }
                else
                {
                    step.Advance(_problem, _workspace, _sensitivity!);
                }

                ReadOnlySpan<double> own = weights.Slice((k * instances) + First, _workspace.Instances);
                Span<double> reached = norms.Slice((k * instances) + First, _workspace.Instances);
                _workspace.ResidualNorms.CopyTo(reached);
                for (int s = 0; s < own.Length; s++)
                {
                    sum += own[s] == 0 ? 0 : own[s] * own[s] * reached[s] * reached[s];
                }

                if (factor is not null && double.IsFinite(sum))
                {
                    AppendRows(own, coefficients, factor);
                }
            }

            return sum;
        }

        /// <summary>Rows w (dF/dtheta phi_b, F): one for every component of every instance.</summary>
        private void AppendRows(ReadOnlySpan<double> weights, LearnedCoefficients coefficients, TriangularFactor factor)
        {
            int components = _problem.Components, width = _workspace.Instances, rows = components * width, basisLength = coefficients.BasisLength;
            if (_block.Length == 0)
            {
                _block = new double[rows * factor.Columns];
            }

            Batch basis = new LearnedMemory(coefficients).Basis(_workspace);
            for (int w = 0; w < coefficients.Weights; w++)
            {
                for (int b = 0; b < basisLength; b++)
                {
                    Span<double> column = _block.AsSpan(((w * basisLength) + b) * rows, rows);
                    for (int i = 0; i < components; i++)
                    {
                        Span<double> row = column.Slice(i * width, width);
                        Weighted(weights, _sensitivity!.Value(w).Row(i), row);
                        if (!coefficients.AreConstant)
                        {
                            Kernels.Multiply<double>(basis.Row(b), row, row);
                        }
                    }
                }
            }

            for (int i = 0; i < components; i++)
            {
                Weighted(weights, _workspace.Vector(LearnedMemory.F).Row(i), _block.AsSpan(((factor.Columns - 1) * rows) + (i * width), width));
            }

            factor.Append(_block, rows);
        }

        /// <summary>An instance of weight 0 is left out, whatever its numbers are.</summary>
        private static void Weighted(ReadOnlySpan<double> weights, ReadOnlySpan<double> values, Span<double> destination)
        {
            for (int s = 0; s < weights.Length; s++)
            {
                destination[s] = weights[s] == 0 ? 0 : weights[s] * values[s];
            }
        }
    }
}
