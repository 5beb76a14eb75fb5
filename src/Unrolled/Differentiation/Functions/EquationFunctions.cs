namespace Unrolled.Differentiation;

/// <summary>The functions of the equation language.</summary>
internal static class EquationFunctions
{
    private static readonly Dictionary<string, Func<Expression, Expression>> OneArgument = new()
    {
        ["sin"] = Expression.Sin, ["cos"] = Expression.Cos, ["tan"] = Expression.Tan,
        ["asin"] = Expression.Asin, ["acos"] = Expression.Acos, ["atan"] = Expression.Atan,
        ["sinh"] = Expression.Sinh, ["cosh"] = Expression.Cosh, ["tanh"] = Expression.Tanh,
        ["exp"] = Expression.Exp, ["log"] = Expression.Log, ["ln"] = Expression.Log, ["log10"] = Expression.Log10,
        ["sqrt"] = Expression.Sqrt, ["abs"] = Expression.Abs, ["sign"] = Expression.SignOf,
    };

    private static readonly Dictionary<string, Func<Expression, Expression, Expression>> TwoArguments = new()
    {
        ["atan2"] = Expression.Atan2, ["pow"] = Expression.Pow, ["min"] = Expression.Min, ["max"] = Expression.Max,
    };

    /// <summary>All names, for suggestions.</summary>
    public static IEnumerable<string> Names => OneArgument.Keys.Concat(TwoArguments.Keys).Append("sum");

    /// <summary>The value of a call; min and max take two arguments or more.</summary>
    public static Expression Call(EquationToken name, IReadOnlyList<Expression> arguments)
    {
        if (OneArgument.TryGetValue(name.Text, out Func<Expression, Expression>? one))
        {
            return arguments.Count == 1 ? one(arguments[0]) : throw Count(name, "1 argument", arguments.Count);
        }

        if (!TwoArguments.TryGetValue(name.Text, out Func<Expression, Expression, Expression>? two))
        {
            throw new EquationException(name.Line, name.Column, $"unknown function '{name.Text}'{NearestName.Suggest(name.Text, Names)}");
        }

        bool many = name.Text is "min" or "max";
        if (arguments.Count < 2 || (arguments.Count > 2 && !many))
        {
            throw Count(name, many ? "2 arguments or more" : "2 arguments", arguments.Count);
        }

        return arguments.Skip(1).Aggregate(arguments[0], two);
    }

    private static EquationException Count(EquationToken name, string expected, int found) =>
        new(name.Line, name.Column, $"'{name.Text}' takes {expected}, {found} were given");
}
