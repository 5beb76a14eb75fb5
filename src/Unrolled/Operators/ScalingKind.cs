namespace Unrolled.Operators;

/// <summary>How a matrix is scaled by diagonal matrices before anything is learned for it.</summary>
public enum ScalingKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary><c>D^-1/2 A D^-1/2</c> with the diagonal <c>D</c> of <c>A</c>: unit diagonal, symmetry is kept. Needs a positive diagonal.</summary>
    Jacobi,

    /// <summary>Rows and columns of largest element 1 (Ruiz), then norm 1: for any matrix; symmetry is kept.</summary>
    Equilibrate,
}
