using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Unrolled.Differentiation;

/// <summary>
/// A number that records instead of computing: a node of an expression graph. It has the generic mathematics of a number type, so a
/// method written once for any <c>T : INumber&lt;T&gt;, ITrigonometricFunctions&lt;T&gt;, ...</c> computes with <c>double</c> and is
/// traced with <c>Expression</c>. It has no value while it is recorded: comparing or branching on it throws, except among constants;
/// use <see cref="Min"/>, <see cref="Max"/>, <see cref="Abs"/> and <see cref="Select"/> instead.
/// </summary>
public readonly struct Expression : INumber<Expression>, IRootFunctions<Expression>, IExponentialFunctions<Expression>,
    ILogarithmicFunctions<Expression>, ITrigonometricFunctions<Expression>, IHyperbolicFunctions<Expression>, IPowerFunctions<Expression>
{
    private readonly ExpressionGraph? _graph;
    private readonly int _index;
    private readonly double _constant;

    internal Expression(ExpressionGraph graph, int index) => (_graph, _index) = (graph, index);

    private Expression(double constant) => _constant = constant;

    /// <inheritdoc/>
    public static Expression Zero => new(0);

    /// <inheritdoc/>
    public static Expression One => new(1);

    /// <inheritdoc/>
    public static Expression Pi => new(Math.PI);

    /// <inheritdoc/>
    public static Expression E => new(Math.E);

    /// <inheritdoc/>
    public static Expression Tau => new(Math.Tau);

    /// <inheritdoc/>
    public static Expression AdditiveIdentity => Zero;

    /// <inheritdoc/>
    public static Expression MultiplicativeIdentity => One;

    /// <inheritdoc/>
    public static int Radix => 2;

    /// <summary>A number as a constant expression.</summary>
    public static implicit operator Expression(double value) => new(value);

    /// <inheritdoc/>
    public static Expression operator +(Expression left, Expression right) => Record(Operation.Add, left, right);

    /// <inheritdoc/>
    public static Expression operator -(Expression left, Expression right) => Record(Operation.Subtract, left, right);

    /// <inheritdoc/>
    public static Expression operator *(Expression left, Expression right) => Record(Operation.Multiply, left, right);

    /// <inheritdoc/>
    public static Expression operator /(Expression left, Expression right) => Record(Operation.Divide, left, right);

    /// <inheritdoc/>
    public static Expression operator -(Expression value) => Record(Operation.Negate, value);

    /// <inheritdoc/>
    public static Expression operator +(Expression value) => value;

    /// <inheritdoc/>
    public static Expression operator ++(Expression value) => value + One;

    /// <inheritdoc/>
    public static Expression operator --(Expression value) => value - One;

    /// <inheritdoc/>
    public static Expression operator %(Expression left, Expression right) => throw Unsupported("%");

    /// <inheritdoc/>
    public static bool operator ==(Expression left, Expression right) => left.Value() == right.Value();

    /// <inheritdoc/>
    public static bool operator !=(Expression left, Expression right) => left.Value() != right.Value();

    /// <inheritdoc/>
    public static bool operator <(Expression left, Expression right) => left.Value() < right.Value();

    /// <inheritdoc/>
    public static bool operator >(Expression left, Expression right) => left.Value() > right.Value();

    /// <inheritdoc/>
    public static bool operator <=(Expression left, Expression right) => left.Value() <= right.Value();

    /// <inheritdoc/>
    public static bool operator >=(Expression left, Expression right) => left.Value() >= right.Value();

    /// <inheritdoc/>
    public static Expression Abs(Expression value) => Record(Operation.Absolute, value);

    /// <summary>-1, 1, or the value itself at zeros and NaN.</summary>
    public static Expression SignOf(Expression value) => Record(Operation.Sign, value);

    /// <summary>The smaller one; a NaN on either side is returned.</summary>
    public static Expression Min(Expression x, Expression y) => Record(Operation.Minimum, x, y);

    /// <summary>The larger one; a NaN on either side is returned.</summary>
    public static Expression Max(Expression x, Expression y) => Record(Operation.Maximum, x, y);

    /// <summary><paramref name="x"/> where a &lt; b, else <paramref name="y"/>: a branch that can be recorded.</summary>
    public static Expression Select(Expression a, Expression b, Expression x, Expression y) =>
        Record(Operation.Select, Record(Operation.Less, a, b), x, y);

    /// <summary>a * b + c rounded once. Products and sums are never fused unless written like this.</summary>
    public static Expression MultiplyAdd(Expression a, Expression b, Expression c) => Record(Operation.MultiplyAdd, a, b, c);

    /// <inheritdoc/>
    public static Expression Sqrt(Expression x) => Record(Operation.SquareRoot, x);

    /// <inheritdoc/>
    public static Expression Hypot(Expression x, Expression y) => Sqrt((x * x) + (y * y));

    /// <inheritdoc/>
    public static Expression Exp(Expression x) => Record(Operation.Exp, x);

    /// <inheritdoc/>
    public static Expression Exp2(Expression x) => Pow(2, x);

    /// <inheritdoc/>
    public static Expression Exp10(Expression x) => Pow(10, x);

    /// <inheritdoc/>
    public static Expression Log(Expression x) => Record(Operation.Log, x);

    /// <inheritdoc/>
    public static Expression Log(Expression x, Expression newBase) => Log(x) / Log(newBase);

    /// <inheritdoc/>
    public static Expression Log2(Expression x) => Log(x) / Log(2);

    /// <inheritdoc/>
    public static Expression Log10(Expression x) => Record(Operation.Log10, x);

    /// <inheritdoc/>
    public static Expression Sin(Expression x) => Record(Operation.Sin, x);

    /// <inheritdoc/>
    public static Expression Cos(Expression x) => Record(Operation.Cos, x);

    /// <inheritdoc/>
    public static (Expression Sin, Expression Cos) SinCos(Expression x) => (Sin(x), Cos(x));

    /// <inheritdoc/>
    public static Expression Tan(Expression x) => Record(Operation.Tan, x);

    /// <inheritdoc/>
    public static Expression Asin(Expression x) => Record(Operation.Asin, x);

    /// <inheritdoc/>
    public static Expression Acos(Expression x) => Record(Operation.Acos, x);

    /// <inheritdoc/>
    public static Expression Atan(Expression x) => Record(Operation.Atan, x);

    /// <summary>The angle of the point (x, y).</summary>
    public static Expression Atan2(Expression y, Expression x) => Record(Operation.Atan2, y, x);

    /// <inheritdoc/>
    public static Expression Sinh(Expression x) => Record(Operation.Sinh, x);

    /// <inheritdoc/>
    public static Expression Cosh(Expression x) => Record(Operation.Cosh, x);

    /// <inheritdoc/>
    public static Expression Tanh(Expression x) => Record(Operation.Tanh, x);

    /// <summary>x^y; products when y is an integer constant of at most 64 in size, see <see cref="Function"/>.</summary>
    public static Expression Pow(Expression x, Expression y)
    {
        ExpressionGraph graph = GraphOf(x, y, y) ?? new ExpressionGraph();
        int exponent = y.IndexIn(graph);
        return Result(graph, graph.Power(x.IndexIn(graph), graph.Nodes[exponent], exponent));
    }

    /// <summary>Whether both are the same node or the same constant.</summary>
    public bool Equals(Expression other) => _graph == other._graph && _index == other._index && _constant.Equals(other._constant);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Expression other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_index, _constant);

    /// <inheritdoc/>
    public int CompareTo(Expression other) => Value().CompareTo(other.Value());

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is Expression other ? CompareTo(other) : 1;

    /// <inheritdoc/>
    public override string ToString() => ToString(null, null);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        _graph is null ? _constant.ToString("R", CultureInfo.InvariantCulture) : $"{_graph.Nodes[_index].Operation} #{_index}";

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"{ToString()}", out charsWritten);

    /// <inheritdoc/>
    public static Expression Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => double.Parse(s, provider);

    /// <inheritdoc/>
    public static Expression Parse(string s, IFormatProvider? provider) => double.Parse(s, provider);

    /// <inheritdoc/>
    public static Expression Parse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider) => double.Parse(s, style, provider);

    /// <inheritdoc/>
    public static Expression Parse(string s, NumberStyles style, IFormatProvider? provider) => double.Parse(s, style, provider);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out Expression result)
    {
        bool parsed = double.TryParse(s, style, provider, out double value);
        result = value;
        return parsed;
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, NumberStyles style, IFormatProvider? provider, out Expression result) =>
        TryParse(s.AsSpan(), style, provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Expression result) =>
        TryParse(s, NumberStyles.Float, provider, out result);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Expression result) =>
        TryParse(s.AsSpan(), NumberStyles.Float, provider, out result);

    /// <summary>The node in a graph; a constant is added to it, a node of another graph is refused.</summary>
    internal int IndexIn(ExpressionGraph graph)
    {
        if (_graph is null)
        {
            return graph.Constant(_constant);
        }

        return _graph == graph ? _index : throw new ArgumentException("the expressions belong to different builders");
    }

    static bool INumberBase<Expression>.IsCanonical(Expression value) => true;

    static bool INumberBase<Expression>.IsComplexNumber(Expression value) => false;

    static bool INumberBase<Expression>.IsEvenInteger(Expression value) => double.IsEvenInteger(value.Value());

    static bool INumberBase<Expression>.IsFinite(Expression value) => double.IsFinite(value.Value());

    static bool INumberBase<Expression>.IsImaginaryNumber(Expression value) => false;

    static bool INumberBase<Expression>.IsInfinity(Expression value) => double.IsInfinity(value.Value());

    static bool INumberBase<Expression>.IsInteger(Expression value) => double.IsInteger(value.Value());

    static bool INumberBase<Expression>.IsNaN(Expression value) => double.IsNaN(value.Value());

    static bool INumberBase<Expression>.IsNegative(Expression value) => double.IsNegative(value.Value());

    static bool INumberBase<Expression>.IsNegativeInfinity(Expression value) => double.IsNegativeInfinity(value.Value());

    static bool INumberBase<Expression>.IsNormal(Expression value) => double.IsNormal(value.Value());

    static bool INumberBase<Expression>.IsOddInteger(Expression value) => double.IsOddInteger(value.Value());

    static bool INumberBase<Expression>.IsPositive(Expression value) => double.IsPositive(value.Value());

    static bool INumberBase<Expression>.IsPositiveInfinity(Expression value) => double.IsPositiveInfinity(value.Value());

    static bool INumberBase<Expression>.IsRealNumber(Expression value) => true;

    static bool INumberBase<Expression>.IsSubnormal(Expression value) => double.IsSubnormal(value.Value());

    static bool INumberBase<Expression>.IsZero(Expression value) => value.Value() == 0;

    static Expression IRootFunctions<Expression>.Cbrt(Expression x) => throw Unsupported();

    static Expression ITrigonometricFunctions<Expression>.AcosPi(Expression x) => throw Unsupported();

    static Expression ITrigonometricFunctions<Expression>.AsinPi(Expression x) => throw Unsupported();

    static Expression ITrigonometricFunctions<Expression>.AtanPi(Expression x) => throw Unsupported();

    static Expression ITrigonometricFunctions<Expression>.CosPi(Expression x) => throw Unsupported();

    static Expression ITrigonometricFunctions<Expression>.SinPi(Expression x) => throw Unsupported();

    static Expression ITrigonometricFunctions<Expression>.TanPi(Expression x) => throw Unsupported();

    static Expression IHyperbolicFunctions<Expression>.Acosh(Expression x) => throw Unsupported();

    static Expression IHyperbolicFunctions<Expression>.Asinh(Expression x) => throw Unsupported();

    static Expression IHyperbolicFunctions<Expression>.Atanh(Expression x) => throw Unsupported();

    static Expression IRootFunctions<Expression>.RootN(Expression x, int n) => throw Unsupported();

    static (Expression SinPi, Expression CosPi) ITrigonometricFunctions<Expression>.SinCosPi(Expression x) => throw Unsupported();

    static Expression INumberBase<Expression>.MaxMagnitude(Expression x, Expression y) => throw Unsupported();

    static Expression INumberBase<Expression>.MaxMagnitudeNumber(Expression x, Expression y) => throw Unsupported();

    static Expression INumberBase<Expression>.MinMagnitude(Expression x, Expression y) => throw Unsupported();

    static Expression INumberBase<Expression>.MinMagnitudeNumber(Expression x, Expression y) => throw Unsupported();

    static bool INumberBase<Expression>.TryConvertFromChecked<TOther>(TOther value, out Expression result) => FromNumber(value, out result);

    static bool INumberBase<Expression>.TryConvertToChecked<TOther>(Expression value, out TOther result) => throw Unsupported();

    static bool INumberBase<Expression>.TryConvertFromSaturating<TOther>(TOther value, out Expression result) => FromNumber(value, out result);

    static bool INumberBase<Expression>.TryConvertToSaturating<TOther>(Expression value, out TOther result) => throw Unsupported();

    static bool INumberBase<Expression>.TryConvertFromTruncating<TOther>(TOther value, out Expression result) => FromNumber(value, out result);

    static bool INumberBase<Expression>.TryConvertToTruncating<TOther>(Expression value, out TOther result) => throw Unsupported();

    /// <summary>Whether this is a constant, and which.</summary>
    internal bool IsNumber(out double value)
    {
        value = _constant;
        return _graph is null;
    }

    /// <summary>sum + term; where the term is a product, the sum of the exact product is rounded once.</summary>
    internal static Expression AddProduct(Expression sum, Expression term) =>
        term._graph?.Nodes[term._index] is { Operation: Operation.Multiply } product
            ? Record(Operation.MultiplyAdd, new(term._graph, product.A), new Expression(term._graph, product.B), sum)
            : sum + term;

    internal static Expression Record(Operation operation, Expression a, Expression? b = null, Expression? c = null)
    {
        ExpressionGraph graph = GraphOf(a, b ?? a, c ?? a) ?? new ExpressionGraph();
        int second = b?.IndexIn(graph) ?? -1, third = c?.IndexIn(graph) ?? -1;
        return Result(graph, graph.Add(operation, a.IndexIn(graph), second, third));
    }

    /// <summary>Constants leave the graph again, so that numbers computed before the first input need no builder.</summary>
    private static Expression Result(ExpressionGraph graph, int index) =>
        graph.Nodes[index].Operation == Operation.Constant ? new(graph.Nodes[index].Value) : new(graph, index);

    private static ExpressionGraph? GraphOf(Expression a, Expression b, Expression c) => a._graph ?? b._graph ?? c._graph;

    private static bool FromNumber<TOther>(TOther value, out Expression result)
        where TOther : INumberBase<TOther>
    {
        result = double.CreateChecked(value);
        return true;
    }

    private double Value() => _graph is null
        ? _constant
        : throw new NotSupportedException("a recorded expression has no value to branch on; use Min, Max, Abs or Select");

    private static NotSupportedException Unsupported([CallerMemberName] string member = "") =>
        new($"{member[(member.LastIndexOf('.') + 1)..]} cannot be recorded");
}
