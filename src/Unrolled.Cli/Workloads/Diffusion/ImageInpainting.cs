using System.Diagnostics;
using Unrolled.Diffusion;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>Fills in the unknown pixels of an image by the steady state of homogeneous diffusion, channel by channel, by multigrid.</summary>
internal static class ImageInpainting
{
    private const double Tolerance = 1e-8;

    public static SolveOutcome Run(string input, string maskPath, string? output, WorkContext context)
    {
        long started = Stopwatch.GetTimestamp();
        Raster image = RasterFile.Read(input), mask = RasterFile.Read(maskPath);
        if ((mask.Layout.Rows, mask.Layout.Columns) != (image.Layout.Rows, image.Layout.Columns))
        {
            throw new InvalidInputException(maskPath, $"the mask has {mask.Layout.Rows} x {mask.Layout.Columns} pixels, the image {image.Layout.Rows} x {image.Layout.Columns}");
        }

        bool[] known = new bool[mask.Values.PlaneLength];
        int count = 0;
        for (int i = 0; i < known.Length; i++)
        {
            known[i] = mask.Values.Plane(0, 0)[i] > 0;
            count += known[i] ? 1 : 0;
        }

        if (count == 0)
        {
            throw new InvalidInputException(maskPath, "every pixel is black, so that nothing of the image is known");
        }

        var filter = new DiffusionFilter(new DiffusionFilterOptions { Flux = Flux.Linear });
        for (int c = 0; c < image.Layout.ColorChannels; c++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.Progress.Report(new("inpainting", (double)c / image.Layout.ColorChannels, double.NaN, Stopwatch.GetElapsedTime(started)));
            var wide = new Field<double>(1, 1, image.Values.Rows, image.Values.Columns);
            Span<float> plane = image.Values.Plane(0, c);
            for (int i = 0; i < plane.Length; i++)
            {
                wide.Values[i] = plane[i];
            }

            Field<double> filled = filter.Inpaint(wide, known, Tolerance, context.Cancellation);
            for (int i = 0; i < plane.Length; i++)
            {
                plane[i] = (float)filled.Values[i];
            }
        }

        if (output is not null)
        {
            RasterFile.Write(output, image);
        }

        return new SolveOutcome
        {
            Residual = "relative residual of the diffusion equation, at most",
            Rows =
            [
                new SolveRow("homogeneous diffusion by multigrid", "classical", true, $"filled in {known.Length - count} of {known.Length} pixels", Tolerance,
                    [("known", count)], Stopwatch.GetElapsedTime(started).TotalSeconds),
            ],
            Output = output,
            Notes = output is null ? ["nothing was written; name a file with --output"] : [],
        };
    }
}
