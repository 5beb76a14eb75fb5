using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>Clean signals or images to train and test with: generated, or cut from the user's files.</summary>
/// <remarks>Immutable after it was created, and safe to use from several threads: what an instance is depends on its stream alone.</remarks>
public interface IFieldSource
{
    /// <summary>One sentence that says what these are, with sizes and ranges.</summary>
    string Description { get; }

    /// <summary>The section <c>family</c> of an experiment without its noise; null, as by default, where no text describes the source.</summary>
    Settings? Settings => null;

    /// <summary>The rows of a field when nobody asks for others; 1 for signals.</summary>
    int Rows { get; }

    /// <summary>The columns of a field when nobody asks for others.</summary>
    int Columns { get; }

    /// <summary>The low end of the range of the values: 0 for images, -1 for signals. Some values may lie outside.</summary>
    double Low { get; }

    /// <summary>The width of the range of the values, for peak signal-to-noise ratios: 1 for images in [0, 1], 2 for signals.</summary>
    double Peak { get; }

    /// <summary>The unit in which users give noise levels: 1/255 for images, 1 for signals.</summary>
    double NoiseUnit { get; }

    /// <summary>Draws one field of any extents that the source has, all channels alike one channel.</summary>
    /// <param name="destination">Receives it, with one channel.</param>
    /// <param name="instance">The instance that becomes it.</param>
    /// <param name="stream">The instance's own stream. The same stream draws the same field.</param>
    /// <exception cref="ArgumentException">The source has no fields of these extents.</exception>
    void Draw(Field<float> destination, int instance, RandomStream stream);
}
