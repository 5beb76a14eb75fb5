namespace Unrolled.Tests.Deployment.Onnx;

/// <summary>Numbers with extents, last axis innermost.</summary>
/// <param name="Extents">The extents; none for a scalar.</param>
/// <param name="Numbers">The numbers.</param>
/// <param name="IsInteger">Whether they are integers, whose quotients are truncated.</param>
internal sealed record Tensor(int[] Extents, double[] Numbers, bool IsInteger = false)
{
    /// <summary>Numbers along one axis.</summary>
    public static Tensor Integers(params IEnumerable<double> numbers) => new([numbers.Count()], [.. numbers], true);

    /// <summary>Every number computed from its place.</summary>
    public static Tensor Make(int[] extents, bool integer, Func<int[], double> number)
    {
        double[] numbers = new double[extents.Aggregate(1, (a, b) => a * b)];
        int[] place = new int[extents.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = number(place);
            for (int axis = place.Length - 1; axis >= 0 && ++place[axis] == extents[axis]; axis--)
            {
                place[axis] = 0;
            }
        }

        return new Tensor(extents, numbers, integer);
    }

    /// <summary>Where the number at a place stands; axes of one number fit every place, and the last axes belong together.</summary>
    public int At(int[] place)
    {
        int index = 0;
        for (int axis = 0; axis < Extents.Length; axis++)
        {
            int own = place[place.Length - Extents.Length + axis];
            index = (index * Extents[axis]) + (Extents[axis] == 1 ? 0 : own);
        }

        return index;
    }

    /// <summary>The number at a place.</summary>
    public double this[params int[] place] => Numbers[At(place)];

    /// <summary>Both with the extents that they have together.</summary>
    public static Tensor Combine(Tensor a, Tensor b, Func<double, double, double> number)
    {
        int[] extents = Broadcast(a.Extents, b.Extents);
        return Make(extents, a.IsInteger && b.IsInteger, place => number(a[place], b[place]));
    }

    /// <summary>The extents of both together.</summary>
    public static int[] Broadcast(int[] a, int[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        return [.. Enumerable.Range(0, rank).Select(axis =>
        {
            int x = Extent(a, axis - rank + a.Length), y = Extent(b, axis - rank + b.Length);
            Assert.True(x == y || x == 1 || y == 1, $"[{string.Join(", ", a)}] and [{string.Join(", ", b)}] do not fit together");
            return x == 1 ? y : x;
        })];

        static int Extent(int[] extents, int axis) => axis < 0 ? 1 : extents[axis];
    }
}
