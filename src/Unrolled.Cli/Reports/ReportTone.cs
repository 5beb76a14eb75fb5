namespace Unrolled.Cli.Reports;

/// <summary>How a note is to be taken.</summary>
internal enum ReportTone
{
    /// <summary>Worth knowing.</summary>
    Neutral,

    /// <summary>Something was reached.</summary>
    Good,

    /// <summary>Something was missed or refused.</summary>
    Bad,
}
