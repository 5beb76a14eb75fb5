using System.Runtime.InteropServices;
using System.Text;
using Unrolled.Deployment;
using Unrolled.Native;

namespace Unrolled.Tests.Native;

/// <summary>The exports, called in this process as the C part calls them.</summary>
internal sealed unsafe class NativeCalls : IDisposable
{
    private const int Size = 1024;

    private readonly byte* _text = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly string _file = Path.GetTempFileName();

    public NativeCalls(Model model)
    {
        ModelFile.Write(_file, model);
        Assert.Equal(Status.Ok, Open(_file));
    }

    public nint Handle { get; private set; }

    public byte* TextBuffer => _text;

    public int TextSize => Size;

    public string Text => Marshal.PtrToStringUTF8((nint)_text)!;

    public Status Open(string path)
    {
        delegate* unmanaged[Cdecl]<byte*, nint*, byte*, int, int> open = &Exports.Open;
        nint handle;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            int code = open(bytes, &handle, _text, Size);
            Handle = code == 0 ? handle : Handle;
            return (Status)code;
        }
    }

    public (Status Status, string Json, int Length) Describe(int size)
    {
        delegate* unmanaged[Cdecl]<nint, byte*, int, int*, byte*, int, int> describe = &Exports.Describe;
        byte[] json = new byte[size + 1];
        int length;
        fixed (byte* place = json)
        {
            int code = describe(Handle, place, size, &length, _text, Size);
            return ((Status)code, Marshal.PtrToStringUTF8((nint)place)!, length);
        }
    }

    public (Status Status, RunOutcome Outcome) SolveLinear(
        double[] b, double[] x, delegate* unmanaged[Cdecl]<int, double*, double*, void*, int> product, int properties = 3, double tolerance = 1e-10, int steps = 0,
        double[]? diagonal = null, void* context = null)
    {
        delegate* unmanaged[Cdecl]<nint, int, delegate* unmanaged[Cdecl]<int, double*, double*, void*, int>, void*, int, double*, double*, double, int, double*, RunOutcome*, byte*, int, int>
            solve = &Solvers.SolveLinear;
        RunOutcome outcome;
        fixed (double* right = b, left = x, scale = diagonal)
        {
            return ((Status)solve(Handle, b.Length, product, context, properties, scale, right, tolerance, steps, left, &outcome, _text, Size), outcome);
        }
    }

    public (Status Status, RunOutcome Outcome) SolveNonlinear(
        double[] parameters, double[] x, delegate* unmanaged[Cdecl]<int, double*, double*, void*, int> f,
        delegate* unmanaged[Cdecl]<int, double*, double*, double*, void*, int> product, double tolerance = 1e-12, int steps = 0)
    {
        delegate* unmanaged[Cdecl]<nint, int, delegate* unmanaged[Cdecl]<int, double*, double*, void*, int>,
            delegate* unmanaged[Cdecl]<int, double*, double*, double*, void*, int>, void*, int, double*, double, int, double*, RunOutcome*, byte*, int, int> solve = &Solvers.SolveNonlinear;
        RunOutcome outcome;
        fixed (double* p = parameters, left = x)
        {
            return ((Status)solve(Handle, x.Length, f, product, p, parameters.Length, p, tolerance, steps, left, &outcome, _text, Size), outcome);
        }
    }

    public (Status Status, RunOutcome Outcome) Integrate(double[] parameters, double[] y, double horizon, int steps, double[]? trajectory = null, double start = 0)
    {
        delegate* unmanaged[Cdecl]<nint, int, double*, int, double*, double, double, int, double*, RunOutcome*, byte*, int, int> integrate = &Appliers.Integrate;
        RunOutcome outcome;
        fixed (double* p = parameters, state = y, all = trajectory)
        {
            return ((Status)integrate(Handle, parameters.Length, p, y.Length, state, start, horizon, steps, all, &outcome, _text, Size), outcome);
        }
    }

    public Status Denoise(int rows, int columns, double sigma, float[] values)
    {
        delegate* unmanaged[Cdecl]<nint, int, int, double, float*, byte*, int, int> denoise = &Appliers.DenoiseSingle;
        fixed (float* place = values)
        {
            return (Status)denoise(Handle, rows, columns, sigma, place, _text, Size);
        }
    }

    public Status Denoise(int rows, int columns, double sigma, double[] values)
    {
        delegate* unmanaged[Cdecl]<nint, int, int, double, double*, byte*, int, int> denoise = &Appliers.DenoiseDouble;
        fixed (double* place = values)
        {
            return (Status)denoise(Handle, rows, columns, sigma, place, _text, Size);
        }
    }

    public Status Predict(int bits, byte[] examples, byte[] labels, byte[] queries, byte[] predictions, byte[]? determined, out int contradictions)
    {
        delegate* unmanaged[Cdecl]<nint, int, int, byte*, byte*, int, byte*, byte*, byte*, int*, byte*, int, int> predict = &Appliers.Predict;
        int wrong = -1;
        fixed (byte* e = examples, l = labels, q = queries, p = predictions, d = determined)
        {
            int code = predict(Handle, bits, labels.Length, e, l, predictions.Length, q, p, d, &wrong, _text, Size);
            contradictions = wrong;
            return (Status)code;
        }
    }

    public void Dispose()
    {
        delegate* unmanaged[Cdecl]<nint, void> close = &Exports.Close;
        close(Handle);
        NativeMemory.Free(_text);
        File.Delete(_file);
    }
}
