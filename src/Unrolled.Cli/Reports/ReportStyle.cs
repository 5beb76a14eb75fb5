namespace Unrolled.Cli.Reports;

/// <summary>The style sheet of every report: light and dark, from a telephone to a wide screen and to paper.</summary>
internal static class ReportStyle
{
    /// <summary>The rules. Series colors are those of Okabe and Ito, darkened or lightened for contrast.</summary>
    public const string Css = """
        :root { color-scheme: light dark; --paper: #ffffff; --panel: #f6f7f9; --ink: #1c2330; --soft: #59637a; --rule: #d8dde6; --grid: #e6e9ef;
          --accent: #00558f; --good: #0a6b4b; --bad: #a8321a; --row: #eaf3fb;
          --c0: #0067a5; --c1: #c84e00; --c2: #00805c; --c3: #a8447f; --c4: #a86f00; --c5: #1c2330; --c6: #2f8fc4; --c7: #6f4bb8; --c8: #8a5a3b; --c9: #6b7280; }
        @media (prefers-color-scheme: dark) { :root { --paper: #12161d; --panel: #1a2029; --ink: #e4e8ef; --soft: #a2acbd; --rule: #333c4a; --grid: #262e3a;
          --accent: #7cc0f5; --good: #57cfa2; --bad: #ff9478; --row: #1b2c3d;
          --c0: #5ab4f2; --c1: #ff8a3d; --c2: #2fc796; --c3: #e58cc2; --c4: #f0b93a; --c5: #e4e8ef; --c6: #9ad7f7; --c7: #b79df2; --c8: #d3a27e; --c9: #98a2b3; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word; }
        main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
        header { border-bottom: 1px solid var(--rule); margin-bottom: 2rem; padding-bottom: 1.25rem; }
        .kind { margin: 0 0 .35rem; color: var(--soft); font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; }
        h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; }
        h2 { margin: 2.75rem 0 .75rem; font-size: 1.25rem; line-height: 1.3; font-weight: 650; }
        p { margin: .6rem 0; max-width: 46rem; }
        .lead { color: var(--soft); font-size: 1.05rem; margin: .6rem 0 0; }
        .note { border-left: 3px solid var(--accent); background: var(--panel); padding: .6rem .9rem; border-radius: 0 4px 4px 0; }
        .claim { margin: .9rem 0; max-width: 46rem; } .claim p { margin: 0; } .claim ul { margin: .35rem 0 0; color: var(--soft); font-size: .9rem; }
        .claim .verdict { font-size: .9rem; font-weight: 600; color: var(--bad); font-variant-numeric: tabular-nums; } .claim.good .verdict { color: var(--good); }
        .note.good { border-color: var(--good); } .note.bad { border-color: var(--bad); }
        figure { margin: 1.25rem 0 2rem; }
        .pictures { display: flex; flex-wrap: wrap; gap: 1rem; } .pictures figure { margin: 0; } .pictures img { width: 16rem; max-width: 100%; image-rendering: pixelated; }
        figcaption { color: var(--soft); max-width: 46rem; font-size: .95rem; margin-top: .35rem; }
        h3 { margin: 0 0 .5rem; font-size: 1rem; font-weight: 600; } .caption { color: var(--soft); font-size: .95rem; margin: 1rem 0 .25rem; }
        pre { background: var(--panel); padding: .8rem 1rem; border-radius: 4px; font: .85rem/1.45 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
        .scroll { overflow-x: auto; margin: 0 0 1.25rem; }
        table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .38rem .7rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
        th { color: var(--soft); font-weight: 600; font-size: .85rem; white-space: nowrap; vertical-align: bottom; }
        th.n, td.n { text-align: right; white-space: nowrap; }
        td:first-child, th:first-child { position: sticky; left: 0; background: var(--paper); min-width: 7rem; } tr.mark td, tr.mark td:first-child { background: var(--row); font-weight: 600; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: 1rem 0; font-size: .95rem; }
        dt { color: var(--soft); } dd { margin: 0; min-width: 0; white-space: pre-line; font-variant-numeric: tabular-nums; }
        ul { padding-left: 1.2rem; max-width: 46rem; } li { margin: .25rem 0; }
        footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); color: var(--soft); font-size: .85rem; }
        .chart { display: block; width: 100%; height: auto; } .chart.narrow { display: none; }
        .chart text { fill: var(--ink); font: 12.5px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
        .chart .tick { fill: var(--soft); } .chart .x { text-anchor: middle; } .chart .y { text-anchor: end; } .chart .axis { text-anchor: middle; font-size: 13px; }
        .frame { fill: none; stroke: var(--rule); } .grid { fill: none; stroke: var(--grid); } .minor { fill: none; stroke: var(--soft); opacity: .55; }
        .line { fill: none; stroke-width: 1.7; stroke-linejoin: round; } .heavy { stroke-width: 3; } .cross { fill: none; stroke-width: 1.9; }
        .mark { stroke: var(--paper); stroke-width: .8; } .d1 { stroke-dasharray: 7 3; } .d2 { stroke-dasharray: 2 3; } .d3 { stroke-dasharray: 8 3 2 3; }
        @media (max-width: 40rem) { main { padding: 1.5rem 1rem 3rem; } h1 { font-size: 1.25rem; } .chart.wide { display: none; } .chart.narrow { display: block; }
          dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .55rem; } th, td { padding: .35rem .5rem; } }
        @media print { main { max-width: none; padding: 0; } figure, tr { break-inside: avoid; } }
        """;

    /// <summary>The rules that give lines and markers their colors.</summary>
    public static string SeriesCss { get; } = string.Concat(Enumerable.Range(0, ChartMarks.Colors)
        .Select(i => $".line.c{i}, .cross.c{i} {{ stroke: var(--c{i}); }} .mark.c{i} {{ fill: var(--c{i}); }}\n"));
}
