using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion;

/// <summary>A filtered signal or image and what was measured on the way.</summary>
/// <param name="Image">The result.</param>
/// <param name="Before">Mean, norm and energy of the input.</param>
/// <param name="After">The same of the result.</param>
/// <param name="Contrast">The contrast that was used.</param>
/// <param name="StepLimit">The step size limit <c>2/(g_max ||K||^2)</c> that was computed.</param>
/// <param name="Time">The diffusion time.</param>
/// <param name="Evaluations">How many times the flow was evaluated.</param>
public sealed record DiffusionFilterResult(
    Field<double> Image, FilterDiagnostics Before, FilterDiagnostics After, double Contrast, double StepLimit, double Time, int Evaluations)
{
    /// <summary>One plane in the number type of the input: rounded to the nearest for whole numbers, kept within the range of the type.</summary>
    public TNumber[,] ToArray<TNumber>(int channel = 0)
        where TNumber : INumber<TNumber>
    {
        var array = new TNumber[Image.Rows, Image.Columns];
        ReadOnlySpan<double> plane = Image.Plane(0, channel);
        bool whole = TNumber.IsInteger(TNumber.CreateTruncating(0.5)) && TNumber.CreateTruncating(0.5) == TNumber.Zero;
        for (int i = 0; i < plane.Length; i++)
        {
            double value = whole ? Math.Round(plane[i], MidpointRounding.ToEven) : plane[i];
            array[i / Image.Columns, i % Image.Columns] = TNumber.CreateSaturating(value);
        }

        return array;
    }
}
