namespace Unrolled.Diffusion.Networks;

/// <summary>Numbers of a flux that stand together and obey the same constraint.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Columns">How many numbers a row has.</param>
/// <param name="Constraint">What they obey; a simplex is one row.</param>
public readonly record struct FluxNumbers(int Rows, int Columns, NumberConstraint Constraint)
{
    /// <summary>The least value of each column of a <see cref="NumberConstraint.Fraction"/>; empty for 0.</summary>
    public ReadOnlyMemory<double> Least { get; init; }

    /// <summary>How many numbers.</summary>
    public int Count => Rows * Columns;
}
