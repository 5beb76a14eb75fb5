using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// Gradients of a function of the implicit step <c>v(u, tau, theta)</c>, <c>v + tau F(v; theta) = u</c>, in two ways: through the fixed point (one
/// symmetric positive definite solve with the same Jacobian, memory of one state) and through an unrolled Picard iteration.
/// </summary>
/// <remarks>
/// <para>Fixed point: <c>(I + tau J(v)) z = dL/dv</c>, then <c>dL/du = z</c>, <c>dL/dtau = -&lt;z, F(v)&gt;</c> and the gradients of <c>-tau &lt;z, F(v)&gt;</c> for kernels and
/// flux. Exact for the solution, so its error is that of the forward and backward solves. A known pixel has the gradient of its own value
/// in <c>dL/dv</c> only; how it acts on its neighbors is not part of it.</para>
/// <para>Unrolled: with <c>v(l+1) = v(l) - w (v(l) - u + tau F(v(l)))</c> the adjoint is <c>p(l) = (1 - w) p(l+1) - w tau J(v(l)) p(l+1)</c>; all states are stored.</para>
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class ImplicitGradient<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>Starts at zero.</summary>
    /// <param name="flow">The flow.</param>
    public ImplicitGradient(DiffusionFlow<T> flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        Flow = flow;
        State = flow.NewState();
        Kernels = new T[flow.Block.Bank.Kernels.Length];
        FluxParameters = new T[flow.Block.Flux.ParameterCount];
    }

    /// <summary>The flow.</summary>
    public DiffusionFlow<T> Flow { get; }

    /// <summary><c>dL/du</c>.</summary>
    public Field<T> State { get; }

    /// <summary><c>dL/dK</c>, in the order of the kernels of the bank.</summary>
    public T[] Kernels { get; }

    /// <summary><c>dL/dtheta</c> for the parameters of the flux.</summary>
    public T[] FluxParameters { get; }

    /// <summary><c>dL/dtau</c>.</summary>
    public double StepSize { get; private set; }

    /// <summary>Through the fixed point.</summary>
    /// <param name="v">The state after the step, solved accurately.</param>
    /// <param name="tau">The step size.</param>
    /// <param name="dv"><c>dL/dv</c>.</param>
    /// <param name="tolerance">The relative residual of the backward solve.</param>
    /// <exception cref="InvalidOperationException">The Jacobian is not positive definite: <c>tau beta ||K||^2 &gt;= 1</c>.</exception>
    public void ThroughFixedPoint(Field<T> v, double tau, Field<T> dv, double tolerance = 1e-10)
    {
        Clear();
        ArgumentNullException.ThrowIfNull(dv);
        Flow.Linearize(v);
        if (!new FlowConjugateGradient<T>(Flow).Solve(Linearization.Jacobian, tau, dv, State, tolerance, 10_000))
        {
            throw new InvalidOperationException($"the Jacobian of the implicit step with tau = {tau:g4} is not positive definite; take smaller steps or a monotone flux");
        }

        Accumulate(v, State, tau, 1);
    }

    /// <summary>Through <paramref name="iterations"/> steps of the relaxed Picard iteration from <c>v(0) = u</c>.</summary>
    /// <param name="u">The state before the step.</param>
    /// <param name="tau">The step size.</param>
    /// <param name="relaxation">The relaxation <c>w</c>.</param>
    /// <param name="iterations">The number of steps.</param>
    /// <param name="gradient">Computes <c>dL/dv</c> (second) of the last state (first).</param>
    public void ThroughUnrolling(Field<T> u, double tau, double relaxation, int iterations, Action<Field<T>, Field<T>> gradient)
    {
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(gradient);
        Clear();
        var states = new Field<T>[iterations + 1];
        Field<T> work = Flow.NewState(), p = Flow.NewState();
        states[0] = u;
        T w = T.CreateChecked(relaxation), wt = T.CreateChecked(relaxation * tau);
        for (int l = 0; l < iterations; l++)
        {
            Flow.Evaluate(states[l], work);
            states[l + 1] = Flow.NewState();
            Span<T> next = states[l + 1].Values;
            Numerics.Kernels.Subtract(u.Values, states[l].Values, next);
            Numerics.Kernels.MultiplyAdd<T>(w, next, states[l].Values, next);
            Numerics.Kernels.MultiplyAdd<T>(-wt, work.Values, next, next);
        }

        gradient(states[iterations], p);
        for (int l = iterations - 1; l >= 0; l--)
        {
            Accumulate(states[l], p, tau, relaxation);
            Numerics.Kernels.MultiplyAdd<T>(w, p.Values, State.Values, State.Values);
            Flow.Linearize(states[l]);
            Flow.ApplyJacobian(p, work);
            Numerics.Kernels.Multiply(T.One - w, p.Values, p.Values);
            Numerics.Kernels.MultiplyAdd<T>(-wt, work.Values, p.Values, p.Values);
        }

        Numerics.Kernels.Add(State.Values, p.Values, State.Values);
    }

    private void Accumulate(Field<T> v, Field<T> z, double tau, double scale)
    {
        Field<T> flow = Flow.NewState(), weights = Flow.NewState();
        z.CopyTo(weights);
        Flow.ClearKnown(weights);
        Flow.Evaluate(v, flow);
        StepSize -= scale * double.CreateChecked(Numerics.Kernels.Dot<T>(weights.Values, flow.Values));
        Flow.AccumulateGradients(v, weights, T.CreateChecked(-scale * tau), Kernels, FluxParameters);
    }

    private void Clear()
    {
        State.Values.Clear();
        Array.Clear(Kernels);
        Array.Clear(FluxParameters);
        StepSize = 0;
    }
}
