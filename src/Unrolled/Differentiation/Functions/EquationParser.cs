namespace Unrolled.Differentiation;

/// <summary>
/// Parses a text of equations by recursive descent. Brackets, calls and stacked powers may be nested <see cref="MaximumDepth"/>
/// deep; long sums and products are lists and need no depth.
/// </summary>
internal sealed class EquationParser
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MaximumDepth = 200;

    /// <summary>The most index variables of one equation.</summary>
    public const int MaximumRanges = 8;

    private const string Operand = "a number, a name or '('";
    private readonly List<EquationToken> _tokens;
    private int _next;
    private int _depth;

    private EquationParser(List<EquationToken> tokens) => _tokens = tokens;

    private EquationToken Current => _tokens[_next];

    /// <summary>The lines of a text.</summary>
    public static List<EquationStatement> Parse(string text)
    {
        EquationParser parser = new(EquationTokenizer.Tokenize(text));
        List<EquationStatement> statements = [];
        while (parser.Current.Kind != EquationTokenKind.EndOfText)
        {
            if (!parser.Take(EquationTokenKind.EndOfLine))
            {
                statements.Add(parser.Statement());
            }
        }

        return statements;
    }

    private EquationStatement Statement()
    {
        EquationToken target = Current;
        if (target.Kind != EquationTokenKind.Name && target is not { Kind: EquationTokenKind.Number, Number: 0 })
        {
            throw Expected("a name or 0 at the start of an equation");
        }

        _next++;
        IReadOnlyList<EquationSyntax> indices = target.Kind == EquationTokenKind.Name ? Indices() : [];
        Require("=", indices.Count > 0 ? "'='" : "'=' or '['");
        EquationSyntax value = Expression();
        List<EquationRange> ranges = [];
        if (Current is { Kind: EquationTokenKind.Name, Text: "for" })
        {
            do
            {
                _next++;
                string index = IndexName();
                Require("=", "'='");
                EquationSyntax first = Expression();
                Require("..", "'..'");
                ranges.Add(new(index, first, Expression()));
            }
            while (Current.Is(",") && ranges.Count < MaximumRanges);
        }

        if (Current.Kind is not EquationTokenKind.EndOfLine and not EquationTokenKind.EndOfText)
        {
            throw Expected("an operator or the end of the line");
        }

        return new(target, indices, value, ranges);
    }

    private EquationSyntax Expression() => Chain("+", "-", () => Chain("*", "/", Signed));

    private EquationSyntax Chain(string first, string second, Func<EquationSyntax> operand)
    {
        EquationToken start = Current;
        EquationSyntax value = operand();
        if (!Current.Is(first) && !Current.Is(second))
        {
            return value;
        }

        List<(char, EquationSyntax)> links = [(' ', value)];
        while (Current.Is(first) || Current.Is(second))
        {
            char symbol = Current.Text[0];
            _next++;
            links.Add((symbol, operand()));
        }

        return new EquationSyntax.Chain(start, links);
    }

    /// <summary>Signs bind weaker than powers: -x^2 is -(x^2).</summary>
    private EquationSyntax Signed()
    {
        EquationToken sign = Current;
        bool negative = false;
        while (Current.Is("-") || Current.Is("+"))
        {
            negative ^= Current.Is("-");
            _next++;
        }

        EquationSyntax value = Power();
        return negative ? new EquationSyntax.Negate(sign, value) : value;
    }

    /// <summary>Powers associate to the right: a^b^c is a^(b^c).</summary>
    private EquationSyntax Power()
    {
        EquationSyntax value = Primary();
        EquationToken symbol = Current;
        if (!symbol.Is("^"))
        {
            return value;
        }

        _next++;
        return new EquationSyntax.Power(symbol, value, Nested(Signed));
    }

    private EquationSyntax Primary()
    {
        EquationToken token = Current;
        if (Take(EquationTokenKind.Number))
        {
            return new EquationSyntax.Number(token);
        }

        if (token.Is("("))
        {
            _next++;
            EquationSyntax inner = Nested(Expression);
            Require(")", "an operator or ')'");
            return inner;
        }

        if (token.Kind != EquationTokenKind.Name || token.Text == "for")
        {
            throw Expected(Operand);
        }

        _next++;
        if (!Current.Is("("))
        {
            return new EquationSyntax.Name(token, Indices());
        }

        _next++;
        return token.Text == "sum" ? Sum(token) : new EquationSyntax.Call(token, List(")"));
    }

    private EquationSyntax.Sum Sum(EquationToken token)
    {
        string index = IndexName();
        Require(",", "','");
        EquationSyntax first = Nested(Expression);
        Require(",", "','");
        EquationSyntax last = Nested(Expression);
        Require(",", "','");
        EquationSyntax body = Nested(Expression);
        Require(")", "an operator or ')'");
        return new(token, new(index, first, last), body);
    }

    private IReadOnlyList<EquationSyntax> Indices()
    {
        if (!Current.Is("["))
        {
            return [];
        }

        _next++;
        return List("]");
    }

    private List<EquationSyntax> List(string end)
    {
        List<EquationSyntax> items = [Nested(Expression)];
        while (Current.Is(","))
        {
            _next++;
            items.Add(Nested(Expression));
        }

        Require(end, $"an operator, ',' or '{end}'");
        return items;
    }

    private string IndexName()
    {
        string name = Current.Text;
        return Take(EquationTokenKind.Name) ? name : throw Expected("the name of an index");
    }

    private EquationSyntax Nested(Func<EquationSyntax> parse)
    {
        if (++_depth > MaximumDepth)
        {
            throw new EquationException(Current.Line, Current.Column, $"the expression is nested more than {MaximumDepth} deep");
        }

        EquationSyntax value = parse();
        _depth--;
        return value;
    }

    private bool Take(EquationTokenKind kind)
    {
        bool found = Current.Kind == kind;
        _next += found ? 1 : 0;
        return found;
    }

    private void Require(string symbol, string expected)
    {
        if (!Current.Is(symbol))
        {
            throw Expected(expected);
        }

        _next++;
    }

    private EquationException Expected(string what) => new(Current.Line, Current.Column, $"found {Current.Description}, expected {what}");
}
