using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Translates a program of bit planes to a loop over chunks, every plane a local variable, which becomes a register. The compiler of
/// the runtime joins two operations to one of three operands where the machine has them.
/// </summary>
[RequiresDynamicCode("Generates code at run time; guard with RuntimeFeature.IsDynamicCodeSupported.")]
internal sealed class PlaneCompiler
{
    private readonly PlaneShift[] _inputs;
    private readonly bool[] _signals;
    private readonly PlaneInstruction[] _program;
    private readonly ILGenerator _il;
    private readonly PlaneRegister _register;
    private readonly LocalBuilder[] _pointers, _values;
    private readonly LocalBuilder _active;
    private readonly int _direction;

    private PlaneCompiler(PlaneShift[] inputs, bool[] signals, int scratch, PlaneInstruction[] program, PlaneOrder order, ILGenerator il)
    {
        (_inputs, _signals, _program, _il, _register) = (inputs, signals, program, il, PlaneRegister.Native);
        _direction = order == PlaneOrder.Ascending ? 1 : -1;
        int planes = inputs.Length + signals.Length;
        _pointers = Declare(planes, typeof(nint));
        _values = Declare(planes + scratch, _register.Type);
        _active = il.DeclareLocal(_register.Type);
    }

    public static unsafe PlaneBody Compile(PlaneShift[] inputs, bool[] signals, int scratch, PlaneInstruction[] program, PlaneOrder order)
    {
        var method = new DynamicMethod(
            "UnrolledPlanes", typeof(void), [typeof(ulong**), typeof(nint), typeof(byte*)], typeof(PlaneKernel).Module, skipVisibility: true);
        new PlaneCompiler(inputs, signals, scratch, program, order, method.GetILGenerator()).Emit();
        return method.CreateDelegate<PlaneBody>();
    }

    private LocalBuilder[] Declare(int count, Type type)
    {
        var locals = new LocalBuilder[count];
        for (int i = 0; i < count; i++)
        {
            locals[i] = _il.DeclareLocal(type);
        }

        return locals;
    }

    private void Emit()
    {
        Label body = _il.DefineLabel(), test = _il.DefineLabel();
        for (int k = 0; k < _pointers.Length; k++)
        {
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Ldc_I4, k * sizeof(ulong));
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Ldind_I);
            _il.Emit(OpCodes.Stloc, _pointers[k]);
        }

        _il.Emit(OpCodes.Br, test);
        _il.MarkLabel(body);
        bool marked = false;
        int parts = PlaneKernel.WordsPerChunk / _register.Words;
        for (int k = 0; k < parts; k++)
        {
            int part = _direction > 0 ? k : parts - 1 - k;
            marked = EmitPart(part * _register.Words * sizeof(ulong), marked);
        }

        _il.Emit(OpCodes.Ldarg_2);
        if (marked)
        {
            _il.Emit(OpCodes.Ldloc, _active);
            _il.Emit(OpCodes.Call, _register.Zero);
            _il.Emit(OpCodes.Call, _register.Differs);
        }
        else
        {
            _il.Emit(OpCodes.Ldc_I4_0);
        }

        _il.Emit(OpCodes.Stind_I1);
        EmitAdvance();
        _il.MarkLabel(test);
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Bgt, body);
        _il.Emit(OpCodes.Ret);
    }

    private bool EmitPart(int offset, bool marked)
    {
        for (int k = 0; k < _inputs.Length; k++)
        {
            EmitLoad(_pointers[k], offset);
            if (_inputs[k] != PlaneShift.None)
            {
                bool up = _inputs[k] == PlaneShift.Up;
                _il.Emit(OpCodes.Ldc_I4_1);
                _il.Emit(OpCodes.Call, up ? _register.ShiftLeft : _register.ShiftRight);
                EmitLoad(_pointers[k], up ? offset - sizeof(ulong) : offset + sizeof(ulong));
                _il.Emit(OpCodes.Ldc_I4, 63);
                _il.Emit(OpCodes.Call, up ? _register.ShiftRight : _register.ShiftLeft);
                _il.Emit(OpCodes.Call, _register.Or);
            }

            _il.Emit(OpCodes.Stloc, _values[k]);
        }

        foreach (PlaneInstruction instruction in _program)
        {
            EmitOperation(instruction);
            _il.Emit(OpCodes.Stloc, _values[instruction.Destination]);
        }

        for (int k = 0; k < _signals.Length; k++)
        {
            LocalBuilder value = _values[_inputs.Length + k];
            EmitAddress(_pointers[_inputs.Length + k], offset);
            _il.Emit(OpCodes.Ldloc, value);
            _il.Emit(OpCodes.Unaligned, (byte)1);
            _il.Emit(OpCodes.Stobj, _register.Type);
            if (_signals[k])
            {
                _il.Emit(OpCodes.Ldloc, value);
                if (marked)
                {
                    _il.Emit(OpCodes.Ldloc, _active);
                    _il.Emit(OpCodes.Call, _register.Or);
                }

                _il.Emit(OpCodes.Stloc, _active);
                marked = true;
            }
        }

        return marked;
    }

    private void EmitOperation(PlaneInstruction instruction)
    {
        (PlaneOperation operation, _, int a, int b, int c) = instruction;
        _il.Emit(OpCodes.Ldloc, _values[a]);
        _il.Emit(OpCodes.Ldloc, _values[b]);
        switch (operation)
        {
            case PlaneOperation.And:
                _il.Emit(OpCodes.Call, _register.And);
                break;
            case PlaneOperation.AndNot:
                _il.Emit(OpCodes.Call, _register.AndNot);
                break;
            case PlaneOperation.Nor:
                _il.Emit(OpCodes.Call, _register.Or);
                _il.Emit(OpCodes.Call, _register.Not);
                break;
            case PlaneOperation.Xor:
                _il.Emit(OpCodes.Call, _register.Xor);
                break;
            default:
                if (operation == PlaneOperation.SelectNot)
                {
                    _il.Emit(OpCodes.Call, _register.Not);
                }

                _il.Emit(OpCodes.Ldloc, _values[c]);
                _il.Emit(OpCodes.Call, _register.Select);
                break;
        }
    }

    private void EmitAddress(LocalBuilder pointer, int offset)
    {
        _il.Emit(OpCodes.Ldloc, pointer);
        if (offset != 0)
        {
            _il.Emit(OpCodes.Ldc_I4, offset);
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(OpCodes.Add);
        }
    }

    private void EmitLoad(LocalBuilder pointer, int offset)
    {
        EmitAddress(pointer, offset);
        _il.Emit(OpCodes.Unaligned, (byte)1);
        _il.Emit(OpCodes.Ldobj, _register.Type);
    }

    private void EmitAdvance()
    {
        foreach (LocalBuilder pointer in _pointers)
        {
            EmitAddress(pointer, _direction * PlaneKernel.WordsPerChunk * sizeof(ulong));
            _il.Emit(OpCodes.Stloc, pointer);
        }

        _il.Emit(OpCodes.Ldarg_2);
        _il.Emit(OpCodes.Ldc_I4, _direction);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Starg_S, (byte)2);
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I4_1);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Starg_S, (byte)1);
    }
}
