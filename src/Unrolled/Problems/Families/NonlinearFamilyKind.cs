using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems.Families;

/// <summary>A built-in family of nonlinear systems: its size key, equations and distributions as a user would write them.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Summary">One line about it.</param>
/// <param name="Parameters">Distributions separated by semicolons.</param>
/// <param name="Initial">The same for the start.</param>
/// <param name="Size">The key of its size with least, most and default; null for a fixed size.</param>
/// <param name="Equations">The equations for a size.</param>
internal sealed record NonlinearFamilyKind(
    string Kind, string Summary, string Parameters, string Initial, (string Key, int Least, int Most, int Default)? Size, Func<int, NonlinearEquations> Equations);

/// <summary>The equations of a family.</summary>
/// <param name="Unknowns">The unknowns.</param>
/// <param name="ParameterNames">The parameters.</param>
/// <param name="Operator">F for parameters; not used where there is a function.</param>
/// <param name="Function">F as a function, where it is one.</param>
/// <param name="Preconditioner"><c>M^-1</c>, where there is one.</param>
internal sealed record NonlinearEquations(
    FunctionVector Unknowns, FunctionVector ParameterNames, Func<Batch, INonlinearOperator>? Operator, Function? Function, ILinearOperator? Preconditioner)
{
    /// <summary>The equations of a function.</summary>
    public static NonlinearEquations Of(Function f, SparseMatrix? preconditioner = null) => new(
        f.Inputs[0], f.Inputs[1], null, f,
        preconditioner is null ? null : new SparseLuOperator(SparseLu.Factor(preconditioner), OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite));
}
