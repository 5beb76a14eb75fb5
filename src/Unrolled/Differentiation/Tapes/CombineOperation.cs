using Unrolled.Numerics;

namespace Unrolled.Differentiation;

/// <summary>
/// <c>y = x + sum_l theta_{first+l} v_l</c> with weights shared by all instances. Adjoint: <c>dx += dy</c>,
/// <c>dv_l += theta_l dy</c>, <c>dtheta_l += dy . v_l</c> over the whole batch.
/// </summary>
internal sealed unsafe class CombineOperation : TapeOperation
{
    private readonly Variable[] _inputs;
    private readonly int _first;
    private readonly int _terms;
    private readonly double*[] _v;
    private readonly double*[] _dv;
    private TapeBinding _binding = null!;
    private double* _x, _y, _dy, _dx;
    private int _length;

    public CombineOperation(Variable x, int firstWeight, ReadOnlySpan<Variable> v)
    {
        _inputs = [x, .. v];
        _first = firstWeight;
        _terms = v.Length;
        _v = new double*[_terms];
        _dv = new double*[_terms];
    }

    public override IReadOnlyList<Variable> Inputs => _inputs;

    /// <summary>The place of the first term's weight among the parameters.</summary>
    public int FirstWeight => _first;

    /// <summary>The number of terms.</summary>
    public int Terms => _terms;

    public override bool HasParameters => true;

    public override int PassedThrough => Array.IndexOf(_inputs, _inputs[0], 1) < 0 ? 0 : -1;

    public override bool AdjointReads(int input) => input > 0;

    public override void Bind(TapeBinding binding)
    {
        _binding = binding;
        _length = binding.Output.Length;
        _x = binding.Values[0].Pointer;
        _y = binding.Output.Pointer;
        _dy = binding.OutputGradient is Batch dy ? dy.Pointer : null;
        _dx = binding.Gradients[0] is Batch dx ? dx.Pointer : null;
        for (int l = 0; l < _terms; l++)
        {
            _v[l] = binding.Values[l + 1].Pointer;
            _dv[l] = binding.Gradients[l + 1] is Batch dv ? dv.Pointer : null;
        }
    }

    public override double Evaluate(ReadOnlySpan<double> parameters)
    {
        fixed (double* c = parameters.Slice(_first, _terms))
        fixed (double** v = _v)
        {
            CombinationKernels.Combine(_x, c, v, _terms, _y, _length);
        }

        return 0;
    }

    public override void Adjoint(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        // x before the terms, as in the order of the inputs: x may be one of them
        if (_dx != null && _dx != _dy)
        {
            var dx = new Span<double>(_dx, _length);
            var dy = new ReadOnlySpan<double>(_dy, _length);
            if (_binding.Accumulates[0])
            {
                Kernels.Add(dx, dy, dx);
            }
            else
            {
                dy.CopyTo(dx);
            }
        }

        fixed (double* c = parameters.Slice(_first, _terms), dc = gradient.Slice(_first, _terms))
        {
            for (int l = 0; l < _terms; l++)
            {
                bool accumulates = _binding.Accumulates[l + 1];
                if (l + 1 < _terms && accumulates && _binding.Accumulates[l + 2] && _dv[l] != null && _dv[l + 1] != null && _dv[l] != _dv[l + 1])
                {
                    CombinationKernels.AdjointOfTwo(_dy, c + l, _v[l], _v[l + 1], _dv[l], _dv[l + 1], dc + l, _length);
                    l++;
                }
                else if (_dv[l] == null)
                {
                    dc[l] += Kernels.Dot(new ReadOnlySpan<double>(_dy, _length), new ReadOnlySpan<double>(_v[l], _length));
                }
                else
                {
                    dc[l] += CombinationKernels.Adjoint(_dy, c[l], _v[l], _dv[l], accumulates, _length);
                }
            }
        }
    }
}
