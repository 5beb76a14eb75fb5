namespace Unrolled.Differentiation;

/// <summary>Turns parsed lines into a <see cref="Function"/>: decides what is a state, expands indices, and reports errors by place.</summary>
internal sealed class EquationReader
{
    /// <summary>The most components of an indexed name.</summary>
    private const int MaximumComponents = 100_000;

    private readonly FunctionBuilder _builder = new();
    private readonly EquationEvaluator _values = new();
    private readonly List<EquationStatement> _statements;

    private EquationReader(string text) => _statements = EquationParser.Parse(text);

    /// <summary>See <see cref="Function.ParseEquations"/>.</summary>
    public static Function ReadEquations(string text, IEnumerable<string> parameters, IEnumerable<string>? states)
    {
        EquationReader reader = new(text);
        string[]? given = states is null ? null : [.. Expand(states)];
        HashSet<string> stateNames = given is null ? reader.StatesOfTheText() : [.. given.Select(WithoutIndex)];
        bool IsDerivative(EquationStatement s) => s.Target.Text.Length > 1 && s.Target.Text[0] == 'd' && stateNames.Contains(s.Target.Text[1..]);
        string[] order = given ?? reader.TargetsOf(IsDerivative);
        HashSet<string> known = [.. order];
        if (order.Length == 0)
        {
            throw new EquationException(1, 1, "found no equation of the form d<name> = ...");
        }

        reader.Define("y", order, InputKind.PerInstance);
        reader.Define("p", [.. Expand(parameters)], InputKind.PerInstance);
        reader.Define("t", ["t"], InputKind.Uniform);
        Dictionary<string, Expression> derivatives = [];
        reader.Evaluate((statement, name, value) =>
        {
            if (IsDerivative(statement) && !known.Contains(name[1..]))
            {
                throw Error(statement, $"'{name[1..]}' is not one of the states{NearestName.Suggest(name[1..], order)}");
            }

            if (IsDerivative(statement))
            {
                derivatives[name] = value;
            }
        });
        string[] names = [.. order.Select(state => "d" + state)];
        string? missing = names.FirstOrDefault(name => !derivatives.ContainsKey(name));
        return missing is null
            ? reader.Build("dy", names, [.. names.Select(name => derivatives[name])])
            : throw reader.AtEnd($"the equation '{missing} = ...' is missing");
    }

    /// <summary>See <see cref="Function.ParseResidual"/>.</summary>
    public static Function ReadResidual(string text, IEnumerable<string> unknowns, IEnumerable<string> parameters, IEnumerable<string>? outputs)
    {
        EquationReader reader = new(text);
        reader.Define("y", [.. Expand(unknowns)], InputKind.PerInstance);
        reader.Define("p", [.. Expand(parameters)], InputKind.PerInstance);
        reader.Define("t", ["t"], InputKind.Uniform);
        List<Expression> residuals = [];
        Dictionary<string, Expression> named = [];
        reader.Evaluate((statement, name, value) =>
        {
            if (statement.Target.Kind == EquationTokenKind.Number)
            {
                residuals.Add(value);
            }
            else
            {
                named[name] = value;
            }
        });
        if (outputs is null)
        {
            return residuals.Count > 0
                ? reader.Build("F", [.. Enumerable.Range(1, residuals.Count).Select(i => $"F[{i}]")], [.. residuals])
                : throw reader.AtEnd("found no equation of the form 0 = ...");
        }

        string[] names = [.. Expand(outputs)];
        string? missing = names.FirstOrDefault(name => !named.ContainsKey(name));
        return missing is null
            ? reader.Build("F", names, [.. names.Select(name => named[name])])
            : throw reader.AtEnd($"the equation '{missing} = ...' is missing{NearestName.Suggest(missing, named.Keys)}");
    }

    /// <summary>Names with <c>mu[3]</c> replaced by mu[1], mu[2], mu[3], and <c>A[2,2]</c> by its four components.</summary>
    internal static IEnumerable<string> Expand(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            int bracket = name.IndexOf('[', StringComparison.Ordinal);
            if (bracket < 0)
            {
                yield return name;
                continue;
            }

            IEnumerable<string> components = [name[..bracket] + "["];
            long count = 1;
            foreach (string part in name[(bracket + 1)..].TrimEnd(']').Split(','))
            {
                if (!int.TryParse(part, out int size) || size < 1 || (count *= size) > MaximumComponents)
                {
                    throw new ArgumentException($"'{name}' is not a name with a size from 1 to {MaximumComponents}");
                }

                components = [.. components.SelectMany(c => Enumerable.Range(1, size).Select(i => $"{c}{(c.EndsWith('[') ? "" : ",")}{i}"))];
            }

            foreach (string component in components)
            {
                yield return component + "]";
            }
        }
    }

    /// <summary>d&lt;name&gt; is the derivative of a state unless it is read itself and &lt;name&gt; is not: then it is an intermediate.</summary>
    private HashSet<string> StatesOfTheText()
    {
        HashSet<string> read = [.. _statements.SelectMany(s => EquationEvaluator.NamesIn(s.Value))];
        return [.. _statements.Select(s => s.Target.Text).Where(n => n.Length > 1 && n[0] == 'd' && (read.Contains(n[1..]) || !read.Contains(n))).Select(n => n[1..])];
    }

    private void Define(string vector, string[] names, InputKind kind)
    {
        Expression[] components = _builder.Input(new FunctionVector(vector, names, kind));
        for (int i = 0; i < names.Length; i++)
        {
            if (!_values.TryDefine(names[i], components[i]) && vector != "t")
            {
                throw new ArgumentException($"the name '{names[i]}' is used twice");
            }
        }
    }

    /// <summary>The states in order of their equations; bounds may use numbers that lines before have named.</summary>
    private string[] TargetsOf(Func<EquationStatement, bool> isDerivative)
    {
        List<string> names = [];
        EquationEvaluator numbers = new();
        foreach (EquationStatement s in _statements)
        {
            if (isDerivative(s))
            {
                numbers.ForEach(s.Ranges, () => names.Add(numbers.Component(s.Target.Text, s.Indices)[1..]), s.Target);
            }
            else if (s.Value is EquationSyntax.Number && s.Ranges.Count == 0)
            {
                numbers.TryDefine(numbers.Component(s.Target.Text, s.Indices), s.Value.Token.Number);
            }
        }

        return [.. names.Distinct()];
    }

    /// <summary>Line by line, every name before its use.</summary>
    private void Evaluate(Action<EquationStatement, string, Expression> defined)
    {
        foreach (EquationStatement statement in _statements)
        {
            try
            {
                _values.ForEach(statement.Ranges, () => EvaluateOnce(statement, defined), statement.Target);
            }
            catch (InvalidOperationException tooLarge)
            {
                throw Error(statement, tooLarge.Message);
            }
        }
    }

    private void EvaluateOnce(EquationStatement statement, Action<EquationStatement, string, Expression> defined)
    {
        bool residual = statement.Target.Kind == EquationTokenKind.Number;
        string name = residual ? "0" : _values.Component(statement.Target.Text, statement.Indices);
        Expression value = _values.Value(statement.Value, _statements);
        if (!residual && !_values.TryDefine(name, value))
        {
            throw Error(statement, $"'{name}' is defined already");
        }

        defined(statement, name, value);
    }

    private Function Build(string output, string[] names, Expression[] values) => _builder.Output(new FunctionVector(output, names), values).Build();

    private EquationException AtEnd(string what) => _statements.Count > 0 ? Error(_statements[^1], what) : new(1, 1, what);

    private static EquationException Error(EquationStatement statement, string what) => new(statement.Target.Line, statement.Target.Column, what);

    private static string WithoutIndex(string name) => name.Split('[')[0];
}
