using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems;

/// <summary>Chooses the compiled form of a displaced evaluation, <c>y = A (x + sum_l theta_l v_l) - b</c> with a small shared matrix, or one coefficient per instance.</summary>
internal static class DisplacedResidual
{
    /// <summary>The operation for <c>f</c> at a variable.</summary>
    public static TapeOperation At(Variable x, LinearSystemSlot slot) => Compiled(slot, new CombineOperation(x, 0, [])) ?? new ResidualOperation(slot, x);

    /// <summary>The fused operation; null where the matrix is not small, dense and shared, or the chunk is not made of whole strips.</summary>
    public static TapeOperation? Compiled(LinearSystemSlot slot, CombineOperation combination)
    {
        if (slot.System.Operator is DenseOperator { Rows: 1 } a && a.Instances == slot.System.Instances)
        {
            return ForOrder<N0>(slot, combination);
        }

        if (slot.System.Operator is not DenseOperator { Instances: 1 } || slot.System.Instances % 16 != 0)
        {
            return null;
        }

        return slot.System.Components switch
        {
            1 => ForOrder<N1>(slot, combination),
            2 => ForOrder<N2>(slot, combination),
            3 => ForOrder<N3>(slot, combination),
            4 => ForOrder<N4>(slot, combination),
            5 => ForOrder<N5>(slot, combination),
            6 => ForOrder<N6>(slot, combination),
            7 => ForOrder<N7>(slot, combination),
            8 => ForOrder<N8>(slot, combination),
            _ => null,
        };
    }

    private static TapeOperation? ForOrder<M>(LinearSystemSlot slot, CombineOperation combination)
        where M : struct, IConstant => combination.Terms switch
        {
            0 => new DisplacedResidualOperation<M, N0>(slot, combination),
            1 => new DisplacedResidualOperation<M, N1>(slot, combination),
            2 => new DisplacedResidualOperation<M, N2>(slot, combination),
            3 => new DisplacedResidualOperation<M, N3>(slot, combination),
            4 => new DisplacedResidualOperation<M, N4>(slot, combination),
            _ => null,
        };
}
