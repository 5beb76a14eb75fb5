using Unrolled.Numerics;

namespace Unrolled.Tests.Krylov;

/// <summary>Textbook versions on dense matrices, written for reading: the iterates of the library must be theirs.</summary>
internal static class NaiveMethods
{
    /// <summary>The iterates 1..steps of the conjugate gradient method from zero.</summary>
    public static IEnumerable<double[]> ConjugateGradient(Matrix a, double[] b, int steps)
    {
        double[] x = new double[b.Length], r = [.. b], p = [.. b];
        for (int k = 0; k < steps; k++)
        {
            double[] q = Product(a, p);
            double alpha = Dot(r, r) / Dot(p, q);
            double[] next = Sum(r, -alpha, q);
            double beta = Dot(next, next) / Dot(r, r);
            (x, r, p) = (Sum(x, alpha, p), next, Sum(next, beta, p));
            yield return x;
        }
    }

    /// <summary>
    /// The iterates 1..steps of full GMRES from zero: the least-squares solutions of <c>min ||b - A K y||</c> over an
    /// orthonormal basis <c>K</c> of the Krylov space, each from scratch by the normal equations of <c>A K</c> made orthonormal.
    /// </summary>
    public static IEnumerable<double[]> Gmres(Matrix a, double[] b, int steps)
    {
        var directions = new List<double[]>();
        var images = new List<double[]>(); // A directions, orthonormal
        double[] newest = b, x = new double[b.Length], r = [.. b];
        for (int k = 0; k < steps; k++)
        {
            double[] direction = [.. newest], image = Product(a, direction);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = 0; i < images.Count; i++)
                {
                    double h = Dot(images[i], image);
                    (image, direction) = (Sum(image, -h, images[i]), Sum(direction, -h, directions[i]));
                }
            }

            double norm = Math.Sqrt(Dot(image, image));
            image = Array.ConvertAll(image, v => v / norm);
            direction = Array.ConvertAll(direction, v => v / norm);
            directions.Add(direction);
            images.Add(image);
            double y = Dot(image, r);
            (x, r, newest) = (Sum(x, y, direction), Sum(r, -y, image), image);
            yield return x;
        }
    }

    public static double[] Product(Matrix a, double[] x)
    {
        double[] y = new double[a.Rows];
        for (int i = 0; i < a.Rows; i++)
        {
            for (int j = 0; j < a.Columns; j++)
            {
                y[i] += a[i, j] * x[j];
            }
        }

        return y;
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    private static double[] Sum(double[] x, double a, double[] y) => [.. x.Zip(y, (xi, yi) => xi + (a * yi))];
}
