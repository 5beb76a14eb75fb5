using System.Globalization;
using System.Text;
using Unrolled.Cli.Reports;
using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>A run of an automaton as pictures side by side: cells are squares, colored by the signals in them, with a dot for a 1 in the row bit.</summary>
internal sealed class FilmStrip
{
    private const int Frames = 12, Cell = 15, Gap = 34, Left = 4, Caption = 24, LegendRow = 22, LegendWidth = 190, Colors = 10;

    private readonly RowLearner _learner;
    private readonly List<(int Step, CellGrid Grid)> _frames = [];
    private readonly List<uint> _signals = [];

    /// <summary>Runs a problem and keeps a dozen states.</summary>
    public FilmStrip(RowLearner learner, LearningProblem problem)
    {
        _learner = learner;
        CellGrid grid = LearnedRule.Start(learner, problem.Examples, problem.Queries.Inputs, 0);
        var engine = new AutomatonEngine(learner.Rule, grid.Rows, grid.Columns);
        engine.Load(grid);
        int steps = learner.Steps(problem.Examples.Bits, problem.Examples.Count), done = 0;
        for (int f = 0; f < Frames; f++)
        {
            int step = (int)Math.Round((double)f * steps / (Frames - 1));
            engine.Step(step - done);
            done = step;
            CellGrid state = grid.Copy();
            engine.Store(state);
            _frames.Add((step, state));
            foreach (uint cell in state.Cells)
            {
                uint signals = cell & ~(1u << learner.RowBit);
                if (signals != 0 && !_signals.Contains(signals))
                {
                    _signals.Add(signals);
                }
            }
        }

        _signals.Sort();
        Answer = _frames[^1].Grid[learner.RowBit, grid.Rows - 1, grid.Columns - 1];
    }

    /// <summary>The label of the query at the end.</summary>
    public bool Answer { get; }

    /// <summary>The strip as inline SVG, once for wide and once for narrow windows; the style sheet shows one of them.</summary>
    public string ToSvg() => ToSvg(ChartSize.Wide, perRow: 4, legendColumns: 3) + ToSvg(ChartSize.Narrow, perRow: 2, legendColumns: 1);

    private string ToSvg(ChartSize size, int perRow, int legendColumns)
    {
        CellGrid first = _frames[0].Grid;
        int width = (first.Columns * Cell) + Gap, height = (first.Rows * Cell) + Caption + 14;
        int top = 8 + (LegendRow * ((_signals.Count + legendColumns) / legendColumns));
        int total = Math.Max((perRow * width) + Left, legendColumns * LegendWidth);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart {size.Name}\" viewBox=\"0 0 {total} {top + (height * (_frames.Count / perRow))}\" role=\"img\" aria-label=\"Film strip of the automaton\">\n");
        Legend(svg, legendColumns);
        for (int f = 0; f < _frames.Count; f++)
        {
            Frame(svg, _frames[f].Step, _frames[f].Grid, Left + (width * (f % perRow)), top + (height * (f / perRow)));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private void Legend(StringBuilder svg, int columns)
    {
        for (int n = 0; n <= _signals.Count; n++)
        {
            (int x, int y) = (Left + (LegendWidth * (n % columns)), 4 + (LegendRow * (n / columns)));
            Square(svg, x, y, n == 0 ? 1u << _learner.RowBit : _signals[n - 1]);
            string text = n == 0 ? $"{_learner.Rule.Bits[_learner.RowBit]}: the row holds a 1" : Names(_signals[n - 1]);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + Cell + 6}\" y=\"{y + 12}\">{HtmlText.Escape(text)}</text>\n");
        }
    }

    private void Frame(StringBuilder svg, int step, CellGrid grid, int x, int y)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{x}\" y=\"{y + 14}\">step {step}</text>\n");
        for (int i = 0; i < grid.Rows; i++)
        {
            for (int j = 0; j < grid.Columns; j++)
            {
                Square(svg, x + (j * Cell), y + Caption + (i * Cell), grid.Cells[(i * grid.Columns) + j]);
            }
        }

        int labels = x + ((grid.Columns - 1) * Cell), query = y + Caption + ((grid.Rows - 1) * Cell);
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"minor\" d=\"M{labels} {y + Caption}v{grid.Rows * Cell}M{x} {query}h{grid.Columns * Cell}\"/>\n");
    }

    private void Square(StringBuilder svg, int x, int y, uint cell)
    {
        uint signals = cell & ~(1u << _learner.RowBit);
        int color = _signals.IndexOf(signals);
        string paint = signals == 0 ? "fill:none" : $"fill:var(--c{color % Colors});fill-opacity:{(color < Colors ? ".75" : ".35")}";
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{Cell}\" height=\"{Cell}\" style=\"{paint};stroke:var(--rule)\"/>");
        if (((cell >> _learner.RowBit) & 1) != 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x + (Cell / 2.0)}\" cy=\"{y + (Cell / 2.0)}\" r=\"3.6\" style=\"fill:var(--ink)\"/>");
        }
    }

    private string Names(uint signals) => string.Join(
        " and ", Enumerable.Range(0, _learner.Rule.Bits.Length).Where(b => ((signals >> b) & 1) != 0).Select(b => b == _learner.SendBit ? $"{_learner.Rule.Bits[b]} (send)" : _learner.Rule.Bits[b]));
}
