using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>Which symmetric operator of a flow is meant.</summary>
internal enum Linearization
{
    /// <summary><c>K^T diag(g) K</c>, positive semidefinite for every flux with <c>g &gt;= 0</c>.</summary>
    Frozen,

    /// <summary><c>K^T Phi' K</c>, positive semidefinite for monotone fluxes.</summary>
    Jacobian,
}

/// <summary>Conjugate gradients for <c>(I + tau A) x = b</c>, where A is a linearization of the flow that has been held before.</summary>
/// <remarks>Three fields. Inner products have a fixed order. Hestenes and Stiefel, 1952.</remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="flow">The flow.</param>
internal sealed class FlowConjugateGradient<T>(DiffusionFlow<T> flow)
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly Field<T> _r = flow.NewState();
    private readonly Field<T> _p = flow.NewState();
    private readonly Field<T> _q = flow.NewState();

    /// <summary>Improves <paramref name="x"/>; false as soon as a direction of negative curvature is met, with the iterate so far.</summary>
    public bool Solve(Linearization operatorKind, double tau, Field<T> b, Field<T> x, double tolerance, int mostIterations, CancellationToken cancellationToken = default)
    {
        Apply(operatorKind, tau, x, _q);
        Kernels.Subtract(b.Values, _q.Values, _r.Values);
        flow.ClearKnown(_r);
        _r.CopyTo(_p);
        double rho = Dot(_r, _r), target = tolerance * tolerance * Dot(b, b);
        for (int k = 0; k < mostIterations && rho > target; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Apply(operatorKind, tau, _p, _q);
            double curvature = Dot(_p, _q);
            if (!(curvature > 0))
            {
                return false;
            }

            T alpha = T.CreateChecked(rho / curvature);
            Kernels.MultiplyAdd<T>(alpha, _p.Values, x.Values, x.Values);
            Kernels.MultiplyAdd<T>(-alpha, _q.Values, _r.Values, _r.Values);
            double next = Dot(_r, _r);
            Kernels.MultiplyAdd<T>(T.CreateChecked(next / rho), _p.Values, _r.Values, _p.Values);
            rho = next;
        }

        return true;
    }

    private void Apply(Linearization operatorKind, double tau, Field<T> x, Field<T> product)
    {
        if (operatorKind == Linearization.Frozen)
        {
            flow.ApplyFrozen(x, product);
        }
        else
        {
            flow.ApplyJacobian(x, product);
        }

        Kernels.MultiplyAdd<T>(T.CreateChecked(tau), product.Values, x.Values, product.Values);
    }

    private static double Dot(Field<T> x, Field<T> y) => double.CreateChecked(Kernels.Dot<T>(x.Values, y.Values));
}
