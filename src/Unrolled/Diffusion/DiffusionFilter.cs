using System.Numerics;
using Unrolled.Diffusion.Multigrid;
using Unrolled.Diffusion.Schemes;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion;

/// <summary>
/// Nonlinear diffusion as a filter: smooths signals and images while their edges stay, removes noise of a known size, and fills in missing pixels.
/// Step size and contrast are computed; every number type goes in.
/// </summary>
/// <remarks>
/// <para><c>u_t = div(g(|grad u|^2) grad u)</c> by FSI cycles within the limit <c>2/(g_max ||K||^2)</c>, in double precision. The mean stays; norm and energy fall and are
/// reported. The contrast is a quantile of the nonzero gradients, so it follows the scale of the data: values need not lie in [0, 1].</para>
/// <para>Perona and Malik, IEEE Trans. PAMI 12 (1990); Weickert, Anisotropic Diffusion in Image Processing (1998).</para>
/// </remarks>
/// <param name="options">How; null for the defaults.</param>
public sealed class DiffusionFilter(DiffusionFilterOptions? options = null)
{
    private const int MostRounds = 400;

    private readonly DiffusionFilterOptions _options = options ?? new DiffusionFilterOptions();

    /// <summary>Smooths an image over a diffusion time; 5 smooths noise, 50 leaves the large regions.</summary>
    /// <param name="image">Rows and columns of any number type.</param>
    /// <param name="time">The diffusion time, in squared pixels.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static DiffusionFilterResult Smooth<TNumber>(TNumber[,] image, double time, CancellationToken cancellationToken = default)
        where TNumber : INumber<TNumber> => new DiffusionFilter().Apply(ToField(image), time, cancellationToken);

    /// <summary>Smooths a signal over a diffusion time.</summary>
    /// <param name="signal">Samples of any number type.</param>
    /// <param name="time">The diffusion time, in squared samples.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static DiffusionFilterResult Smooth<TNumber>(TNumber[] signal, double time, CancellationToken cancellationToken = default)
        where TNumber : INumber<TNumber> => new DiffusionFilter().Apply(ToField(signal), time, cancellationToken);

    /// <summary>Removes noise of a known standard deviation: diffuses until as much has been removed.</summary>
    /// <param name="image">Rows and columns of any number type.</param>
    /// <param name="deviation">The standard deviation of the noise, in units of the image.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static DiffusionFilterResult Denoise<TNumber>(TNumber[,] image, double deviation, CancellationToken cancellationToken = default)
        where TNumber : INumber<TNumber> => new DiffusionFilter().Denoise(ToField(image), deviation, cancellationToken);

    /// <summary>Fills in the unknown pixels of an image by the steady state of homogeneous diffusion, by multigrid to a relative residual of 1e-8.</summary>
    /// <param name="image">Rows and columns of any number type; unknown pixels may hold anything.</param>
    /// <param name="known">Where the image is known.</param>
    /// <param name="cancellationToken">Looked at before every cycle.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static Field<double> Inpaint<TNumber>(TNumber[,] image, bool[,] known, CancellationToken cancellationToken = default)
        where TNumber : INumber<TNumber>
    {
        ArgumentNullException.ThrowIfNull(known);
        Field<double> u = ToField(image);
        if (known.GetLength(0) != u.Rows || known.GetLength(1) != u.Columns)
        {
            throw new ArgumentException($"the mask is {known.GetLength(0)} x {known.GetLength(1)}, the image {u.Rows} x {u.Columns}", nameof(known));
        }

        return new DiffusionFilter(new DiffusionFilterOptions { Flux = Flux.Linear })
            .Inpaint(u, [.. known.Cast<bool>()], cancellationToken: cancellationToken);
    }

    /// <summary>Copies an image to a field.</summary>
    public static Field<double> ToField<TNumber>(TNumber[,] image)
        where TNumber : INumber<TNumber>
    {
        ArgumentNullException.ThrowIfNull(image);
        var field = new Field<double>(1, 1, image.GetLength(0), image.GetLength(1));
        int i = 0;
        foreach (TNumber value in image)
        {
            field.Values[i++] = double.CreateChecked(value);
        }

        return field;
    }

    /// <summary>Copies a signal to a field of one row.</summary>
    public static Field<double> ToField<TNumber>(TNumber[] signal)
        where TNumber : INumber<TNumber>
    {
        ArgumentNullException.ThrowIfNull(signal);
        var field = new Field<double>(1, 1, 1, signal.Length);
        for (int i = 0; i < signal.Length; i++)
        {
            field.Values[i] = double.CreateChecked(signal[i]);
        }

        return field;
    }

    /// <summary>Smooths a field of any number of channels, one instance or several.</summary>
    /// <param name="input">The input, left unchanged.</param>
    /// <param name="time">The diffusion time.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public DiffusionFilterResult Apply(Field<double> input, double time, CancellationToken cancellationToken = default)
    {
        Problem problem = Prepare(input);
        Field<double> u = Copy(input);
        new FastSemiIterative<double>(problem.Limit, _options.Cycles).Advance(problem.Flow, u, time, cancellationToken);
        return problem.Result(u, time);
    }

    /// <summary>Diffuses until the root mean square of what was removed is the deviation of the noise.</summary>
    /// <param name="input">The input, left unchanged.</param>
    /// <param name="deviation">The standard deviation of the noise, positive.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public DiffusionFilterResult Denoise(Field<double> input, double deviation, CancellationToken cancellationToken = default)
    {
        if (!(deviation >= 0))
        {
            throw new ArgumentException($"the standard deviation of the noise is {deviation}; it must not be negative", nameof(deviation));
        }

        Problem problem = Prepare(input);
        Field<double> u = Copy(input), before = Copy(input);
        double time = 0, target = deviation * Math.Sqrt(u.Values.Length), removed = 0;

        // Times in rounds that grow by a quarter; the last one is shortened so that what is removed is met to first order.
        double round = problem.Limit;
        var scheme = new FastSemiIterative<double>(problem.Limit, 1);
        for (int k = 0; k < MostRounds && removed < target; k++, round *= 1.25)
        {
            u.CopyTo(before);
            scheme.Advance(problem.Flow, u, round, cancellationToken);
            double now = Distance(u, input);
            if (now >= target)
            {
                double share = now > removed ? (target - removed) / (now - removed) : 1;
                before.CopyTo(u);
                scheme.Advance(problem.Flow, u, share * round, cancellationToken);
                time += share * round;
                break;
            }

            time += round;
            if (now <= removed * (1 + 1e-6))
            {
                break;
            }

            removed = now;
        }

        return problem.Result(u, time);
    }

    /// <summary>
    /// Fills in unknown pixels by the steady state. Images of one channel with a reflecting boundary by multigrid; a nonmonotone flux may have several steady states.
    /// </summary>
    /// <param name="input">One instance of one channel, left unchanged.</param>
    /// <param name="known">Whether a pixel is known, row after row.</param>
    /// <param name="relativeTolerance">How far the norm of the flow is to fall.</param>
    /// <param name="cancellationToken">Looked at before every cycle.</param>
    /// <exception cref="NotSupportedException">The boundary is periodic.</exception>
    /// <exception cref="InvalidOperationException">The tolerance was not reached.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public Field<double> Inpaint(
        Field<double> input, ReadOnlySpan<bool> known, double relativeTolerance = 1e-8, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        Guard.Equal(known.Length, input.Values.Length, "the length of the mask", "the number of values of the image");
        if (_options.Boundary != Boundary.Reflecting)
        {
            throw new NotSupportedException("inpainting has a reflecting boundary");
        }

        Field<double> u = Copy(input);
        double sum = 0;
        int count = 0;
        for (int i = 0; i < known.Length; i++)
        {
            sum += known[i] ? u.Values[i] : 0;
            count += known[i] ? 1 : 0;
        }

        for (int i = 0; i < known.Length; i++)
        {
            u.Values[i] = known[i] ? u.Values[i] : sum / count;
        }

        double contrast = _options.Contrast ?? AutomaticContrast(u, _options.ContrastQuantile);
        IActivation<double> flux = _options.Coupling == FluxCoupling.Isotropic
            ? new CoupledActivation<double>(_options.Flux, 2, [contrast])
            : new FluxActivation<double>(_options.Flux, [contrast, contrast]);
        Linearity linearity = ReferenceEquals(_options.Flux, Flux.Linear) ? Linearity.Linear : Linearity.Nonlinear;
        MultigridOutcome outcome = new InpaintingMultigrid(flux, linearity).Solve(u, known, relativeTolerance, cancellationToken: cancellationToken);
        return outcome.Termination == Termination.Converged ? u
            : throw new InvalidOperationException($"inpainting: {outcome.Termination.Message()} (relative residual {outcome.RelativeResidual:g3} after {outcome.Cycles} cycles)");
    }

    /// <summary>A quantile of the nonzero moduli of the gradient; 1 where the image is constant.</summary>
    public static double AutomaticContrast(Field<double> image, double quantile)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!(quantile is > 0 and <= 1))
        {
            throw new ArgumentException($"the quantile is {quantile}; it must lie in (0, 1]", nameof(quantile));
        }

        int dimensions = image.Rows == 1 ? 1 : 2;
        ConvolutionBank<double> bank = GradientBank.Create<double>(dimensions, channels: image.Channels);
        var gradients = new Field<double>(image.Instances, bank.Filters, image.Rows, image.Columns);
        bank.Apply(image, gradients);
        List<double> moduli = [.. Moduli(gradients).Where(m => m > 0)];
        moduli.Sort();
        return moduli.Count == 0 ? 1 : moduli[Math.Min(moduli.Count - 1, (int)(quantile * moduli.Count))];
    }

    private Problem Prepare(Field<double> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.PlaneLength == 0 || input.Instances * input.Channels == 0)
        {
            throw new ArgumentException($"the image is {input}; it must not be empty", nameof(input));
        }

        int dimensions = input.Rows == 1 ? 1 : 2;
        ConvolutionBank<double> bank = GradientBank.Create<double>(dimensions, 1, _options.Boundary, input.Channels);
        double contrast = _options.Contrast ?? AutomaticContrast(input, _options.ContrastQuantile);
        ICertifiedActivation<double> flux = _options.Coupling == FluxCoupling.Isotropic
            ? new CoupledActivation<double>(_options.Flux, bank.Filters, [contrast])
            : new FluxActivation<double>(_options.Flux, [.. Enumerable.Repeat(contrast, bank.Filters)]);
        double norm = OperatorNorm.Bound(bank), limit = 2 / (flux.LargestDiffusivity(0) * norm * norm);
        var flow = new DiffusionFlow<double>(new SymmetricStep<double>(bank, flux, limit), input);
        return new Problem(_options, flow, contrast, limit, Copy(input));
    }

    private static Field<double> Copy(Field<double> field)
    {
        Field<double> copy = field.ZerosLike();
        field.CopyTo(copy);
        return copy;
    }

    private static double Distance(Field<double> x, Field<double> y)
    {
        Field<double> difference = x.ZerosLike();
        Kernels.Subtract(x.Values, y.Values, difference.Values);
        return ImplicitResidual<double>.Norm(difference);
    }

    /// <summary>The root of the sum of squares over the channels, pixel after pixel.</summary>
    private static double[] Moduli(Field<double> responses)
    {
        var moduli = new double[responses.Instances * responses.PlaneLength];
        for (int n = 0; n < responses.Instances; n++)
        {
            Span<double> part = moduli.AsSpan(n * responses.PlaneLength, responses.PlaneLength);
            for (int c = 0; c < responses.Channels; c++)
            {
                Kernels.MultiplyAdd<double>(responses.Plane(n, c), responses.Plane(n, c), part, part);
            }
        }

        for (int i = 0; i < moduli.Length; i++)
        {
            moduli[i] = Math.Sqrt(moduli[i]);
        }

        return moduli;
    }

    private sealed record Problem(DiffusionFilterOptions Options, DiffusionFlow<double> Flow, double Contrast, double Limit, Field<double> Input)
    {
        public DiffusionFilterResult Result(Field<double> u, double time) =>
            new(u, Diagnose(Input), Diagnose(u), Contrast, Limit, time, Flow.Evaluations);

        private FilterDiagnostics Diagnose(Field<double> u)
        {
            ConvolutionBank<double> bank = Flow.Block.Bank;
            var gradients = new Field<double>(u.Instances, bank.Filters, u.Rows, u.Columns);
            bank.Apply(u, gradients);
            double[] moduli = Options.Coupling == FluxCoupling.Isotropic ? Moduli(gradients) : gradients.Values.ToArray();
            double energy = 0, sum = 0;
            foreach (double modulus in moduli)
            {
                energy += Options.Flux.Energy(modulus, Contrast);
            }

            foreach (double value in u.Values)
            {
                sum += value;
            }

            return new FilterDiagnostics(sum / u.Values.Length, ImplicitResidual<double>.Norm(u), energy);
        }
    }
}
