namespace Unrolled.Krylov;

/// <summary>
/// How the rows of the weights are evaluated. A row that begins with all of one of the two rows before it starts from
/// that row's displaced point instead of the iterate: the sums run in the same order, so the bits are the same, and a
/// polynomial in product form costs O(n) updates instead of O(n^2) and keeps one or two evaluations instead of n.
/// </summary>
internal sealed class RowPlan
{
    private readonly int[] _shared;

    private RowPlan(int[] shared)
    {
        _shared = shared;
        for (int j = 1; j < shared.Length; j++)
        {
            Window = Math.Max(Window, j - shared[j]);
        }
    }

    /// <summary>The number of rows, which is the number of evaluations.</summary>
    public int Rows => _shared.Length - 1;

    /// <summary>From which row's displaced point each of the rows 1, 2, ... starts; 0 for the iterate. Entry 0 is not used.</summary>
    public ReadOnlySpan<int> Shared => _shared;

    /// <summary>How many successive evaluations must be kept at once.</summary>
    public int Window { get; }

    /// <summary>Every row starts from the iterate: what a tape must see, where the weights are independent variables.</summary>
    public static RowPlan Independent(int rows) => new(new int[rows + 1]);

    /// <summary>The plan for given weights.</summary>
    public static RowPlan For(ReadOnlySpan<double> weights, int rows)
    {
        int[] shared = new int[rows + 1];
        for (int j = 2; j <= rows; j++)
        {
            ReadOnlySpan<double> row = Row(weights, j);
            shared[j] = row.StartsWith(Row(weights, j - 1)) ? j - 1
                : j > 2 && row.StartsWith(Row(weights, j - 2)) ? j - 2
                : 0;
        }

        return new RowPlan(shared);
    }

    /// <summary>The step after <c>v_0</c>: inner evaluations and the update of the iterate.</summary>
    /// <param name="steps">What runs or records the operations.</param>
    /// <param name="relaxes">Whether an evaluation that only the next row needs may be fused with it.</param>
    public void Run<TSteps>(TSteps steps, bool relaxes)
        where TSteps : IResidualSteps
    {
        for (int j = 1; j <= Rows; j++)
        {
            int destination = j == Rows ? 0 : PointOf(j), shared = _shared[j], start = shared == 0 ? 0 : PointOf(shared);
            if (relaxes && Window == 1 && j > 1)
            {
                steps.Relax(start, Offset(j) + shared, destination);
                continue;
            }

            steps.Combine(start, Offset(j) + shared, shared, j - shared, destination);
            if (j < Rows && !(relaxes && Window == 1))
            {
                steps.Function(destination, j);
            }
        }
    }

    private static int PointOf(int row) => 1 + (row % 2);

    private static int Offset(int row) => row * (row - 1) / 2;

    private static ReadOnlySpan<double> Row(ReadOnlySpan<double> weights, int row) => weights.Slice(Offset(row), row);
}
