using System.Numerics;
using Unrolled.Krylov;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Certification;

/// <summary>
/// How a learned nonlinear step behaves close to a solution: its derivative there is <c>q(M^-1 J(x*))</c> with the residual polynomial q of the weights, for both
/// forms of the step, so that its spectral radius is the part to which the error falls in a step in the end.
/// </summary>
/// <remarks>
/// A solution is a fixed point of every learned step, since all evaluations vanish there; it attracts exactly when the factor is below 1 (Ostrowski). Jacobians are
/// made dense, so that this is for systems of some hundred unknowns: work <c>O(D^3)</c> for each instance, storage D² for one at a time.
/// Reference: J. M. Ortega, W. C. Rheinboldt, Iterative Solution of Nonlinear Equations in Several Variables, theorem 10.1.3.
/// </remarks>
public static class LocalContraction
{
    /// <summary>The largest number of unknowns.</summary>
    public const int MostUnknowns = 128;

    /// <summary>The factor of every instance: the spectral radius of <c>q(M^-1 J(x))</c>.</summary>
    /// <param name="weights">The weights of the step; they may depend on the coordinates of the problem.</param>
    /// <param name="problem">The systems.</param>
    /// <param name="solution">Their solutions.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="MostUnknowns"/> unknowns, or shapes differ.</exception>
    public static double[] Factors(LearnedCoefficients weights, NonlinearSystem problem, Batch solution)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(problem);
        int d = problem.Components;
        if (d > MostUnknowns)
        {
            throw new ArgumentException($"the systems have {d} unknowns; at most {MostUnknowns} are possible", nameof(problem));
        }

        Guard.SameShape(problem.InitialIterate!.Value, solution);
        Batch basis = Batch.Zeros(weights.BasisLength, problem.Instances), theta = Batch.Zeros(weights.Weights, problem.Instances);
        weights.Basis(weights.Coordinates == 0 ? Batch.Zeros(0, problem.Instances) : problem.Coordinates!.Value, basis);
        weights.At(basis, theta);
        double[] factors = new double[problem.Instances], own = new double[weights.Weights];
        for (int s = 0; s < factors.Length; s++)
        {
            for (int w = 0; w < own.Length; w++)
            {
                own[w] = theta[w, s];
            }

            var polynomial = new LearnedKrylov(own);
            factors[s] = GeneralEigenvalues.Of(Jacobian(problem.Select([s]), solution.Select([s]))).Max(t => Complex.Abs(polynomial.ResidualPolynomial(t)));
        }

        return factors;
    }

    /// <summary><c>M^-1 J(x)</c> of one instance, all columns as a batch.</summary>
    private static Matrix Jacobian(NonlinearSystem one, Batch x)
    {
        int d = one.Components;
        INonlinearOperator f = one.Operator;
        Batch linearization = Batch.Zeros(f.LinearizationComponents, 1), v = Batch.Zeros(d, 1), column = Batch.Zeros(d, 1), conditioned = Batch.Zeros(d, 1);
        f.Linearize(x, linearization);
        var jacobian = new Matrix(d, d);
        for (int j = 0; j < d; j++)
        {
            v[j, 0] = 1;
            f.ApplyJacobian(x, linearization, v, column);
            v[j, 0] = 0;
            one.Preconditioner?.Apply(column, conditioned);
            Batch result = one.Preconditioner is null ? column : conditioned;
            for (int i = 0; i < d; i++)
            {
                jacobian[i, j] = result[i, 0];
            }
        }

        return jacobian;
    }
}
