namespace Unrolled.Deployment.Sources;

/// <summary>
/// The operations on vectors that exported solvers consist of, in the three languages: the fused combination of a learned row and the norm of
/// the library, whose sum runs in eight lanes and which is 0 for the zero vector only.
/// </summary>
internal static class VectorSource
{
    /// <summary>In C; the functions begin with <paramref name="name"/>.</summary>
    public static string C(string name) => $$"""
        /*
         * a b + c, rounded once. Compile for a machine that has this as an instruction (gcc -march=native, or -mfma): the function of
         * the C library is slow. -D'{{name}}_FMA(a,b,c)=((a)*(b)+(c))' rounds twice: the numbers then differ in their last places.
         */
        #ifndef {{name}}_FMA
        #define {{name}}_FMA(a, b, c) fma(a, b, c)
        #endif

        /* to = from + w_0 v_0 + w_1 v_1 + ..., from left to right; v_l is the vector number (first + l) mod window. to may be from. */
        static void {{name}}_combine(size_t n, const double *from, const double *w, const double *v, int first, int terms, int window, double *to)
        {
            for (int l = 0; l < terms; l++)
            {
                const double *term = v + (size_t)((first + l) % window) * n;
                for (size_t i = 0; i < n; i++)
                {
                    to[i] = {{name}}_FMA(w[l], term[i], from[i]);
                }
                from = to;
            }
        }

        /* The Euclidean norm, scaled where squares leave the range of numbers: 0 for the zero vector only. */
        static double {{name}}_norm(size_t n, const double *x)
        {
            double s[8] = { 0.0 }, sum, largest = 0.0;
            for (size_t i = 0; i < n; i++)
            {
                s[i % 8] = {{name}}_FMA(x[i], x[i], s[i % 8]);
            }
            sum = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
            if (!(sum < 1.1830521861667747e-271 || sum == HUGE_VAL))
            {
                return sqrt(sum);
            }
            for (size_t i = 0; i < n; i++)
            {
                largest = fabs(x[i]) > largest ? fabs(x[i]) : largest;
            }
            if (largest == 0.0 || largest == HUGE_VAL)
            {
                return largest;
            }
            const int exponent = ilogb(largest);
            sum = 0.0;
            for (size_t i = 0; i < n; i++)
            {
                const double scaled = scalbn(x[i], -exponent);
                sum = {{name}}_FMA(scaled, scaled, sum);
            }
            return scalbn(sqrt(sum), exponent);
        }

        """;

    /// <summary>In C#, for the inside of a class.</summary>
    public static string CSharp => """
        /// <summary>to = from + w_0 v_0 + w_1 v_1 + ..., from left to right; v_l is the vector number (first + l) mod window. to may be from.</summary>
        private static void Combine(ReadOnlySpan<double> from, ReadOnlySpan<double> w, ReadOnlySpan<double> v, int first, int window, Span<double> to)
        {
            from.CopyTo(to);
            for (int l = 0; l < w.Length; l++)
            {
                ReadOnlySpan<double> term = v.Slice(((first + l) % window) * to.Length, to.Length);
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = Math.FusedMultiplyAdd(w[l], term[i], to[i]);
                }
            }
        }

        /// <summary>The Euclidean norm, scaled where squares leave the range of numbers: 0 for the zero vector only.</summary>
        private static double Norm(ReadOnlySpan<double> x)
        {
            Span<double> s = stackalloc double[8];
            s.Clear();
            for (int i = 0; i < x.Length; i++)
            {
                s[i % 8] = Math.FusedMultiplyAdd(x[i], x[i], s[i % 8]);
            }

            double sum = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])), largest = 0.0;
            if (!(sum < 1.1830521861667747e-271 || double.IsPositiveInfinity(sum)))
            {
                return Math.Sqrt(sum);
            }

            foreach (double value in x)
            {
                largest = Math.Max(largest, Math.Abs(value));
            }

            if (largest == 0.0 || !double.IsFinite(largest))
            {
                return largest;
            }

            int exponent = Math.ILogB(largest);
            sum = 0.0;
            foreach (double value in x)
            {
                double scaled = Math.ScaleB(value, -exponent);
                sum = Math.FusedMultiplyAdd(scaled, scaled, sum);
            }

            return Math.ScaleB(Math.Sqrt(sum), exponent);
        }

        """;

    /// <summary>In Python with NumPy, which has no fused operation: a product and a sum are rounded one by one.</summary>
    public static string Python => """"
        def combine(start, weights, vectors):
            """start + w_0 v_0 + w_1 v_1 + ..., from left to right."""
            for w, v in zip(weights, vectors):
                start = start + w * v
            return start


        def norm(x):
            """The Euclidean norm, scaled where squares leave the range of numbers: 0 for the zero vector only."""
            squares = np.zeros(-(-x.size // 8) * 8)
            with np.errstate(all="ignore"):
                squares[: x.size] = x * x
                s = squares.reshape(-1, 8).sum(axis=0)
                total = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
            if not (total < 1.1830521861667747e-271 or total == np.inf):
                return float(np.sqrt(total))
            largest = float(np.max(np.abs(x), initial=0.0))
            if largest == 0.0 or not np.isfinite(largest):
                return largest
            exponent = int(np.frexp(largest)[1]) - 1
            scaled = np.ldexp(x, -exponent)
            return float(np.ldexp(np.sqrt(np.sum(scaled * scaled)), exponent))



        """";
}
