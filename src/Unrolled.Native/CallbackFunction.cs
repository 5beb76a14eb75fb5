using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Native;

/// <summary><c>F(x)</c> and, where the caller has it, <c>J(x) v</c> by C functions, one instance at a time, on the thread of the call.</summary>
/// <remarks>Without products it is used inside a <see cref="ForwardDifferenceJacobian"/>, which never asks for them.</remarks>
internal sealed unsafe class CallbackFunction(
    int size,
    delegate* unmanaged[Cdecl]<int, double*, double*, void*, int> function,
    delegate* unmanaged[Cdecl]<int, double*, double*, double*, void*, int> product,
    void* context) : INonlinearOperator
{
    private readonly delegate* unmanaged[Cdecl]<int, double*, double*, void*, int> _function = function;
    private readonly delegate* unmanaged[Cdecl]<int, double*, double*, double*, void*, int> _product = product;
    private readonly void* _context = context;

    /// <summary>How many times F was called.</summary>
    public int Evaluations { get; private set; }

    /// <summary>How many times the product was called.</summary>
    public int Products { get; private set; }

    /// <inheritdoc/>
    public int Components => size;

    /// <inheritdoc/>
    public int Instances => 1;

    /// <inheritdoc/>
    public void Evaluate(Batch x, Batch destination)
    {
        Guard.OneInstance(x);
        Evaluations++;
        fixed (double* from = x.Values, to = destination.Values)
        {
            int code = _function(size, from, to, _context);
            if (code != 0)
            {
                throw new CallbackException("F(x)", code);
            }
        }
    }

    /// <inheritdoc/>
    public void ApplyJacobian(Batch x, Batch linearization, Batch v, Batch destination)
    {
        Guard.OneInstance(x);
        Products++;
        fixed (double* at = x.Values, along = v.Values, to = destination.Values)
        {
            int code = _product(size, at, along, to, _context);
            if (code != 0)
            {
                throw new CallbackException("J(x) v", code);
            }
        }
    }

    /// <inheritdoc/>
    public INonlinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => this;
}
