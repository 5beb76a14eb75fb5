namespace Unrolled.Diffusion;

/// <summary>Guards that activations share.</summary>
internal static class ChannelCheck
{
    /// <summary>How many numbers a channel of the strip has, after checking the channels.</summary>
    public static int Pixels(int length, int channels, int expected)
    {
        if (channels != expected)
        {
            throw new ArgumentException($"the strip has {channels} channels, the activation is made for {expected}", nameof(channels));
        }

        if (length % channels != 0)
        {
            throw new ArgumentException($"{length} numbers are not a multiple of {channels} channels", nameof(length));
        }

        return length / channels;
    }

    /// <summary>Each of the numbers is positive and finite.</summary>
    public static T[] Positive<T>(ReadOnlySpan<T> numbers, string what)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        if (numbers.IsEmpty)
        {
            throw new ArgumentException($"there is no {what}");
        }

        foreach (T number in numbers)
        {
            if (!(number > T.Zero) || !T.IsFinite(number) || !T.IsFinite(T.One / number))
            {
                throw new ArgumentException($"a {what} is {number}, expected a positive finite number");
            }
        }

        return numbers.ToArray();
    }
}
