namespace Unrolled.Benchmarks;

/// <summary>A row of the table of a page that says what was asked and what was measured.</summary>
internal sealed record JudgedRow(string What, string Bound, string Measured, string Verdict)
{
    /// <summary>The row of a line of a page; null where the line is none.</summary>
    public static JudgedRow? Parse(string line) =>
        line.Split('|', StringSplitOptions.TrimEntries) is ["", var what, var bound, var measured, Asked.Reached or Asked.NotReached or Asked.NotMeasured, ""] cells
            ? new JudgedRow(what, bound, measured, cells[4]) : null;

    /// <summary>The line of a page.</summary>
    public override string ToString() => $"| {What} | {Bound} | {Measured} | {Verdict} |";
}
