namespace Unrolled.Cli.Reports;

/// <summary>One offline HTML file: sections with sentences, tables and charts.</summary>
internal sealed class HtmlReport
{
}
