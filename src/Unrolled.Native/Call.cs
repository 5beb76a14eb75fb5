using System.Runtime.InteropServices;
using System.Text;
using Unrolled.Problems;

namespace Unrolled.Native;

/// <summary>The border: nothing that is thrown inside crosses it, and what was said goes into the caller's text.</summary>
/// <param name="text">Where the message goes, zero-terminated UTF-8.</param>
/// <param name="size">How many bytes there are.</param>
internal readonly unsafe struct Call(byte* text, int size)
{
    private readonly byte* _text = text;

    /// <summary>Does the work; it returns how it went and one sentence about it, which may be empty.</summary>
    public int Run(Func<(Status Status, string Text)> work)
    {
        (Status status, string message) = Guarded(work);
        Write(_text, size, Encoding.UTF8.GetBytes(message.ReplaceLineEndings(" ")));
        return (int)status;
    }

    /// <summary>The model behind a handle.</summary>
    public static LoadedModel Model(nint handle) => handle != 0
        ? (LoadedModel)GCHandle.FromIntPtr(handle).Target!
        : throw new ArgumentException("the model is NULL");

    /// <summary>Copies as many whole characters of a text as fit, with a zero behind them.</summary>
    public static void Write(byte* destination, int size, ReadOnlySpan<byte> text)
    {
        if (destination is null || size <= 0)
        {
            return;
        }

        int length = Math.Min(text.Length, size - 1);
        while (length > 0 && length < text.Length && (text[length] & 0xC0) == 0x80)
        {
            length--; // not inside a character
        }

        text[..length].CopyTo(new Span<byte>(destination, length));
        destination[length] = 0;
    }

    private static (Status Status, string Text) Guarded(Func<(Status Status, string Text)> work)
    {
        try
        {
            return work();
        }
        catch (CallbackException e)
        {
            return (Status.CallbackFailed, e.Message);
        }
        catch (Exception e) when (e is InvalidInputException or ArgumentException)
        {
            return (Status.InvalidInput, e.Message);
        }
#pragma warning disable CA1031 // nothing may cross the border
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (Status.Internal, $"{e.GetType().Name}: {e.Message}");
        }
    }
}
