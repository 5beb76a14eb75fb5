using System.Globalization;

namespace Unrolled.Differentiation;

/// <summary>Builds the expressions of parsed equations: looks names up, runs index variables, and counts its steps so that it ends.</summary>
internal sealed class EquationEvaluator
{
    /// <summary>The most operations that indices and sums may expand to.</summary>
    public const int MaximumSteps = 1_000_000;

    private readonly Dictionary<string, Expression> _values = [];
    private readonly Dictionary<string, long> _indices = [];
    private int _steps;

    /// <summary>The names that an expression reads, without indices.</summary>
    public static IEnumerable<string> NamesIn(EquationSyntax syntax) => syntax switch
    {
        EquationSyntax.Name name => name.Indices.SelectMany(NamesIn).Append(name.Token.Text),
        EquationSyntax.Call call => call.Arguments.SelectMany(NamesIn),
        EquationSyntax.Sum sum => NamesIn(sum.Body),
        EquationSyntax.Chain chain => chain.Links.SelectMany(link => NamesIn(link.Operand)),
        EquationSyntax.Negate negate => NamesIn(negate.Operand),
        EquationSyntax.Power power => NamesIn(power.Base).Concat(NamesIn(power.Exponent)),
        _ => [],
    };

    /// <summary>Gives a name its value; false if it has one.</summary>
    public bool TryDefine(string name, Expression value) => _values.TryAdd(name, value);

    /// <summary>Runs an action for all values of the ranges, the last one fastest.</summary>
    public void ForEach(IReadOnlyList<EquationRange> ranges, Action action, EquationToken place, int next = 0)
    {
        if (next == ranges.Count)
        {
            action();
            return;
        }

        Run(ranges[next], place, () => ForEach(ranges, action, place, next + 1));
    }

    /// <summary>The full name of a component: <c>H[3]</c>, <c>A[1,2]</c>.</summary>
    public string Component(string name, IReadOnlyList<EquationSyntax> indices) => indices.Count == 0
        ? name
        : $"{name}[{string.Join(',', indices.Select(i => Integer(i).ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>The expression of a parsed value; <paramref name="statements"/> are searched when a name is unknown.</summary>
    public Expression Value(EquationSyntax syntax, IReadOnlyList<EquationStatement> statements)
    {
        Count(syntax.Token);
        switch (syntax)
        {
            case EquationSyntax.Number number:
                return number.Token.Number;
            case EquationSyntax.Negate negate:
                return -Value(negate.Operand, statements);
            case EquationSyntax.Power power:
                return Expression.Pow(Value(power.Base, statements), Value(power.Exponent, statements));
            case EquationSyntax.Call call:
                return EquationFunctions.Call(call.Token, [.. call.Arguments.Select(a => Value(a, statements))]);
            case EquationSyntax.Name name:
                return Named(name, statements);
            case EquationSyntax.Sum sum:
                Expression? total = null;
                Run(sum.Range, sum.Token, () =>
                {
                    Expression term = Value(sum.Body, statements);
                    total = total is { } before ? before + term : term;
                });
                return total ?? 0.0;
            case EquationSyntax.Chain chain:
                Expression result = Value(chain.Links[0].Operand, statements);
                foreach ((char symbol, EquationSyntax syntaxOperand) in chain.Links.Skip(1))
                {
                    Expression operand = Value(syntaxOperand, statements);
                    result = symbol switch { '+' => result + operand, '-' => result - operand, '*' => result * operand, _ => result / operand };
                }

                return result;
            default:
                throw new InvalidOperationException($"unexpected syntax {syntax.GetType().Name}");
        }
    }

    private void Run(EquationRange range, EquationToken place, Action action)
    {
        long first = Integer(range.First), last = Integer(range.Last);
        if (last - first >= MaximumSteps)
        {
            throw TooLarge(place);
        }

        bool shadowed = _indices.TryGetValue(range.Index, out long outer);
        for (long i = first; i <= last; i++)
        {
            Count(place);
            _indices[range.Index] = i;
            action();
        }

        _indices.Remove(range.Index);
        if (shadowed)
        {
            _indices[range.Index] = outer;
        }
    }

    private Expression Named(EquationSyntax.Name name, IReadOnlyList<EquationStatement> statements)
    {
        string text = name.Token.Text;
        if (name.Indices.Count == 0 && _indices.TryGetValue(text, out long index))
        {
            return (double)index;
        }

        string component = Component(text, name.Indices);
        if (_values.TryGetValue(component, out Expression value))
        {
            return value;
        }

        if (name.Indices.Count == 0 && text is ("pi" or "e"))
        {
            return text == "pi" ? Math.PI : Math.E;
        }

        EquationStatement? later = statements.FirstOrDefault(s => s.Target.Text == text && s.Target.Line >= name.Token.Line);
        if (later is not null)
        {
            throw Error(name.Token, $"'{component}' is used before its definition on line {later.Target.Line}");
        }

        string[] components = [.. _values.Keys.Where(k => k.StartsWith(text + "[", StringComparison.Ordinal))];
        if (components.Length > 0)
        {
            throw Error(name.Token, $"there is no '{component}'; known are {components[0]} to {components[^1]}");
        }

        string problem = EquationFunctions.Names.Contains(text) ? $"the function '{text}' needs arguments in parentheses"
            : $"unknown name '{component}'{NearestName.Suggest(text, _values.Keys.Select(k => k.Split('[')[0]).Concat(_indices.Keys))}";
        throw Error(name.Token, problem);
    }

    /// <summary>An index or a bound: whole numbers, index variables and names of whole numbers with + - * and mod(a, b).</summary>
    private long Integer(EquationSyntax syntax)
    {
        Count(syntax.Token);
        const long limit = 1_000_000_000;
        switch (syntax)
        {
            case EquationSyntax.Negate negate:
                return -Integer(negate.Operand);
            case EquationSyntax.Call { Token.Text: "mod", Arguments.Count: 2 } mod when Integer(mod.Arguments[1]) is > 0 and long divisor:
                return ((Integer(mod.Arguments[0]) % divisor) + divisor) % divisor;
            case EquationSyntax.Chain chain when chain.Links.All(link => link.Operator != '/'):
                long result = Integer(chain.Links[0].Operand);
                foreach ((char symbol, EquationSyntax syntaxOperand) in chain.Links.Skip(1))
                {
                    long operand = Integer(syntaxOperand);
                    result = symbol switch { '+' => result + operand, '-' => result - operand, _ => result * operand };
                    if (Math.Abs(result) > limit)
                    {
                        throw Error(syntax.Token, $"the index exceeds {limit}");
                    }
                }

                return result;
            case EquationSyntax.Number or EquationSyntax.Name:
                Expression value = Value(syntax, []);
                if (value.IsNumber(out double number) && number == Math.Floor(number) && Math.Abs(number) <= limit)
                {
                    return (long)number;
                }

                break;
        }

        throw Error(syntax.Token, "an index must be made of whole numbers and index variables with +, -, * and mod(a, b)");
    }

    private void Count(EquationToken place)
    {
        if (++_steps > MaximumSteps)
        {
            throw TooLarge(place);
        }
    }

    private static EquationException TooLarge(EquationToken place) => Error(place, $"the equations expand to more than {MaximumSteps} operations");

    private static EquationException Error(EquationToken place, string what) => new(place.Line, place.Column, what);
}
