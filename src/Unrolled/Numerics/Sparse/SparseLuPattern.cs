namespace Unrolled.Numerics;

/// <summary>
/// Where the entries of P A Q = L U stand, once the order of columns and the pivots are known: all that a factorization of other values
/// needs. Immutable, shared by <see cref="SparseLu"/> and <see cref="BatchedSparseLu"/>.
/// </summary>
/// <param name="Order">Number of rows of A.</param>
/// <param name="EntryCount">Number of values of A.</param>
/// <param name="ColumnOrder">Q: column j of the factors is column <c>ColumnOrder[j]</c> of A.</param>
/// <param name="RowPosition">P: row i of A is row <c>RowPosition[i]</c> of the factors.</param>
/// <param name="SourceStart">Where each column of P A Q begins in the two lists that follow.</param>
/// <param name="SourceRow">The rows of P A Q.</param>
/// <param name="Source">The places of those entries among the values of A.</param>
/// <param name="LowerStart">Where each column of L begins.</param>
/// <param name="LowerRow">The rows of L below its unit diagonal, ascending in each column.</param>
/// <param name="UpperStart">Where each column of U begins.</param>
/// <param name="UpperRow">The rows of U above its diagonal, ascending in each column: the order of the updates.</param>
internal sealed record SparseLuPattern(
    int Order, int EntryCount, int[] ColumnOrder, int[] RowPosition, int[] SourceStart, int[] SourceRow, int[] Source,
    int[] LowerStart, int[] LowerRow, int[] UpperStart, int[] UpperRow)
{
    /// <summary>Entries of L and U, the diagonal once.</summary>
    public int FactorEntries => LowerRow.Length + UpperRow.Length + Order;

    /// <summary>Multiplications with subtraction in one factorization.</summary>
    public long Updates
    {
        get
        {
            long updates = 0;
            foreach (int c in UpperRow)
            {
                updates += LowerStart[c + 1] - LowerStart[c];
            }

            return updates;
        }
    }
}
