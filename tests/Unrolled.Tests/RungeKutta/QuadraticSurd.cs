using System.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

/// <summary>The field of numbers <c>p + q sqrt(5)</c> with fractions <c>p</c>, <c>q</c>: exactly what Ralston's 4-stage method needs.</summary>
internal readonly record struct QuadraticSurd(Rational P, Rational Q) :
    IAdditionOperators<QuadraticSurd, QuadraticSurd, QuadraticSurd>,
    ISubtractionOperators<QuadraticSurd, QuadraticSurd, QuadraticSurd>,
    IMultiplyOperators<QuadraticSurd, QuadraticSurd, QuadraticSurd>,
    IDivisionOperators<QuadraticSurd, QuadraticSurd, QuadraticSurd>,
    IAdditiveIdentity<QuadraticSurd, QuadraticSurd>,
    IMultiplicativeIdentity<QuadraticSurd, QuadraticSurd>
{
    public static QuadraticSurd AdditiveIdentity => default;

    public static QuadraticSurd MultiplicativeIdentity => new(1, 0);

    public static QuadraticSurd operator +(QuadraticSurd x, QuadraticSurd y) => new(x.P + y.P, x.Q + y.Q);

    public static QuadraticSurd operator -(QuadraticSurd x, QuadraticSurd y) => new(x.P - y.P, x.Q - y.Q);

    public static QuadraticSurd operator *(QuadraticSurd x, QuadraticSurd y) => new((x.P * y.P) + (5 * x.Q * y.Q), (x.P * y.Q) + (x.Q * y.P));

    public static QuadraticSurd operator /(QuadraticSurd x, QuadraticSurd y)
    {
        QuadraticSurd product = x * new QuadraticSurd(y.P, -y.Q);
        Rational norm = (y.P * y.P) - (5 * y.Q * y.Q);
        return new(product.P / norm, product.Q / norm);
    }

    public double ToDouble() => P.ToDouble() + (Q.ToDouble() * Math.Sqrt(5));
}
