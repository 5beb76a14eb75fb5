namespace Unrolled.Problems.Families;

/// <summary>How right-hand sides are distributed.</summary>
public enum RightHandSideKind
{
    /// <summary>Independent normal numbers with mean 0 and variance 1: all eigenvectors alike.</summary>
    White,

    /// <summary>A smooth random field with variance 1: mostly low frequencies, the slow ones of many iterations.</summary>
    Smooth,

    /// <summary><c>b = A x</c> with <c>x</c> of independent normal numbers: the errors are white, not the residuals.</summary>
    Solution,
}
