using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>A node with its weights. Immutable: threads share it, each with memory of its own.</summary>
internal interface IFieldOperation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>Scratch for values of these extents; null where none is needed.</summary>
    object? CreateScratch(int rows, int columns) => null;

    /// <summary>Writes the value.</summary>
    void Forward(ReadOnlySpan<Field<T>> inputs, Field<T> value, object? scratch);

    /// <summary>Writes the adjoint of every input and adds the gradient of the weights.</summary>
    /// <param name="inputs">What <see cref="Forward"/> read.</param>
    /// <param name="value">What it wrote.</param>
    /// <param name="adjoint">The gradient of the loss with respect to the value.</param>
    /// <param name="inputAdjoints">Become the gradients with respect to the inputs.</param>
    /// <param name="gradient">The gradient with respect to the weights of the whole graph.</param>
    /// <param name="scratch">What <see cref="CreateScratch"/> made.</param>
    void Backward(ReadOnlySpan<Field<T>> inputs, Field<T> value, Field<T> adjoint, ReadOnlySpan<Field<T>> inputAdjoints, Span<T> gradient, object? scratch);
}
