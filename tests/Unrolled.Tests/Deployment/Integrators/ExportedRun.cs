using System.Globalization;

namespace Unrolled.Tests.Deployment.Integrators;

/// <summary>What a program of exported code returned for two states.</summary>
/// <param name="Learned">1 for the learned method, 0 for its parent, -1 where it refused.</param>
/// <param name="End">The state that it left.</param>
/// <param name="Trajectory">The states at the start and after every step, one after the other.</param>
internal sealed record ExportedRun(int Learned, double[] End, double[] Trajectory)
{
    /// <summary>Reads one number a line in this order.</summary>
    public static ExportedRun Parse(string output)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        double[] numbers = [.. lines.Skip(1).Select(l => double.Parse(l, CultureInfo.InvariantCulture))];
        return new(int.Parse(lines[0], CultureInfo.InvariantCulture), numbers[..2], numbers[2..]);
    }
}
