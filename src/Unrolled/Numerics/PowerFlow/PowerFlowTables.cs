namespace Unrolled.Numerics;

/// <summary>What the kernels of power flow read besides batches: the branches in service, the rows of the unknowns, the places of the Jacobian's entries.</summary>
internal sealed class PowerFlowTables
{
    /// <summary>Coefficients per branch: Gff, Bff, Gtt, Btt, Gft, Bft, Gtf, Btf.</summary>
    public const int CoefficientsPerBranch = 8;

    /// <summary>Places per branch: (Pf, angle t), (Pf, Vt), (Qf, angle t), (Qf, Vt), then the same with f and t exchanged.</summary>
    public const int PlacesPerBranch = 8;

    /// <summary>Places per bus: (P, angle), (P, V), (Q, angle), (Q, V) of the bus itself.</summary>
    public const int PlacesPerBus = 4;

    /// <summary>The bus at either end of each branch.</summary>
    public required int[] From { get; init; }

    /// <inheritdoc cref="From"/>
    public required int[] To { get; init; }

    /// <summary>Admittances, <see cref="CoefficientsPerBranch"/> per branch.</summary>
    public required double[] Coefficients { get; init; }

    /// <summary>Shunt conductance and susceptance, two numbers per bus.</summary>
    public required double[] Shunts { get; init; }

    /// <summary>The row of the angle, and of P, of each bus; -1 where the angle is given.</summary>
    public required int[] AngleRow { get; init; }

    /// <summary>The row of the magnitude, and of Q, of each bus; -1 where the magnitude is given.</summary>
    public required int[] MagnitudeRow { get; init; }

    /// <summary>The angle of each bus where it is given.</summary>
    public required double[] FixedAngle { get; init; }

    /// <summary>The magnitude of each bus where it is given.</summary>
    public required double[] FixedMagnitude { get; init; }

    /// <summary>The entries that each branch adds to away from the diagonal blocks, -1 for none.</summary>
    public required int[] BranchPlaces { get; init; }

    /// <summary>For each branch whether an earlier one connects the same buses, so that its entries add to those.</summary>
    public required bool[] Repeats { get; init; }

    /// <summary>The entries of each bus in the diagonal blocks, -1 for none.</summary>
    public required int[] BusPlaces { get; init; }

    /// <summary>The number of entries of the Jacobian.</summary>
    public required int Entries { get; init; }

    /// <summary>The number of unknown angles; the magnitudes follow.</summary>
    public required int Angles { get; init; }

    /// <summary>The number of unknowns.</summary>
    public required int Components { get; init; }

    public int Buses => AngleRow.Length;

    public int Branches => From.Length;

    /// <summary>Two numbers per branch, three per unknown magnitude.</summary>
    public int LinearizationComponents => (2 * Branches) + (3 * (Components - Angles));
}
