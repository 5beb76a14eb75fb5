using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Native;

/// <summary><c>y = A x</c> by a C function, one instance at a time, on the thread of the call.</summary>
internal sealed unsafe class CallbackOperator(
    int size, OperatorProperties properties, delegate* unmanaged[Cdecl]<int, double*, double*, void*, int> product, void* context) : ILinearOperator
{
    private readonly delegate* unmanaged[Cdecl]<int, double*, double*, void*, int> _product = product;
    private readonly void* _context = context;

    /// <summary>How many times the function was called.</summary>
    public int Calls { get; private set; }

    /// <inheritdoc/>
    public int Rows => size;

    /// <inheritdoc/>
    public int Columns => size;

    /// <inheritdoc/>
    public int Instances => 1;

    /// <inheritdoc/>
    public OperatorProperties Properties => properties;

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination)
    {
        Guard.OneInstance(x);
        Calls++;
        fixed (double* from = x.Values, to = destination.Values)
        {
            int code = _product(size, from, to, _context);
            if (code != 0)
            {
                throw new CallbackException("y = A x", code);
            }
        }
    }
}
