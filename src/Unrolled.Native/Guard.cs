using Unrolled.Numerics;

namespace Unrolled.Native;

/// <summary>What C callers can get wrong, said in words.</summary>
internal static unsafe class Guard
{
    public static void NotNull(void* pointer, string name)
    {
        if (pointer is null)
        {
            throw new ArgumentException($"{name} is NULL");
        }
    }

    public static void Positive(int number, string name)
    {
        if (number <= 0)
        {
            throw new ArgumentException($"{name} is {number}; a positive number is needed");
        }
    }

    public static void Count(int given, int needed, string what)
    {
        if (given != needed)
        {
            throw new ArgumentException($"{given} {what} were given, the model has {needed}");
        }
    }

    public static void OneInstance(Batch x)
    {
        if (x.Instances != 1)
        {
            throw new InvalidOperationException($"a callback takes one instance, not {x.Instances}");
        }
    }
}
