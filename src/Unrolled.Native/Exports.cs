using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Unrolled.Deployment;

namespace Unrolled.Native;

/// <summary>
/// What <c>unrolled.c</c> calls: opening, closing and describing models here, running them in <see cref="Solvers"/> and
/// <see cref="Appliers"/>. Every function returns a <see cref="Status"/> and writes one sentence, or nothing, to its last two arguments.
/// </summary>
internal static unsafe class Exports
{
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Open(byte* path, nint* model, byte* text, int size) => new Call(text, size).Run(() =>
    {
        Guard.NotNull(model, "the place for the model");
        *model = 0;
        Guard.NotNull(path, "the path");
        string file = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path));
        *model = GCHandle.ToIntPtr(GCHandle.Alloc(new LoadedModel(ModelFile.Read(file))));
        return (Status.Ok, string.Empty);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void Close(nint model)
    {
        if (model != 0)
        {
            GCHandle.FromIntPtr(model).Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Describe(nint model, byte* json, int jsonSize, int* length, byte* text, int size) => new Call(text, size).Run(() =>
    {
        byte[] description = ModelDescription.Of(Call.Model(model));
        if (length is not null)
        {
            *length = description.Length;
        }

        Call.Write(json, jsonSize, description);
        return (Status.Ok, string.Empty);
    });
}
