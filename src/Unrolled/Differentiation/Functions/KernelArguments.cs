using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;

namespace Unrolled.Differentiation;

/// <summary>
/// The arguments of a <see cref="KernelBody"/> in generated code: a table of constants (the object the delegate is bound to), pointers to the
/// inputs and outputs, and the number of instances left.
/// </summary>
[RequiresDynamicCode("Generates code at run time; guard with RuntimeFeature.IsDynamicCodeSupported.")]
internal sealed class KernelArguments
{
    private readonly ILGenerator _il;
    private readonly Function _function;
    private readonly int _bytes; // of one vector
    private readonly int _lanes;
    private readonly LocalBuilder[] _inputData;
    private readonly LocalBuilder[] _inputStrides;
    private readonly LocalBuilder[] _outputData;
    private readonly LocalBuilder[] _outputStrides;

    /// <summary>Declares the variables and copies addresses and strides of the argument tables to them.</summary>
    public KernelArguments(ILGenerator il, Function function, MachineVector vector)
    {
        (_il, _function, _lanes, _bytes) = (il, function, vector.Lanes, vector.Lanes * sizeof(double));
        LocalBuilder[] Declare(int count) => [.. Enumerable.Range(0, count).Select(_ => il.DeclareLocal(typeof(nint)))];
        (_inputData, _inputStrides) = (Declare(function.Inputs.Count), Declare(function.Inputs.Count));
        (_outputData, _outputStrides) = (Declare(function.Outputs.Count), Declare(function.Outputs.Count));
        EmitPointers(OpCodes.Ldarg_1, _inputData, _inputStrides);
        EmitPointers(OpCodes.Ldarg_2, _outputData, _outputStrides);
    }

    /// <summary>The types of the arguments.</summary>
    public static Type[] Types => [typeof(double[]), typeof(BatchPointer*), typeof(BatchPointer*), typeof(nint)];

    /// <summary>The address of a component of an input.</summary>
    public void EmitInput(int vector, int component, int copy = 0) => EmitAddress(_inputData[vector], _inputStrides[vector], component, copy);

    /// <summary>The number that all instances share.</summary>
    public void EmitUniform(int vector, int component)
    {
        _il.Emit(OpCodes.Ldloc, _inputData[vector]);
        EmitInteger(component * sizeof(double));
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Ldind_R8);
    }

    /// <summary>The address of a component of an output.</summary>
    public void EmitOutput(int vector, int component, int copy = 0) => EmitAddress(_outputData[vector], _outputStrides[vector], component, copy);

    /// <summary>A loop over instances that takes several vectors at a time while there are as many.</summary>
    public void EmitLoop(int copies, Action body)
    {
        Label start = _il.DefineLabel(), test = _il.DefineLabel();
        _il.Emit(OpCodes.Br, test);
        _il.MarkLabel(start);
        body();
        EmitAdvance(copies);
        _il.MarkLabel(test);
        _il.Emit(OpCodes.Ldarg_3);
        EmitInteger(copies * _lanes);
        _il.Emit(OpCodes.Bge, start);
    }

    /// <summary>A number of the size of a pointer.</summary>
    public void EmitInteger(int value)
    {
        _il.Emit(OpCodes.Ldc_I4, value);
        _il.Emit(OpCodes.Conv_I);
    }

    private void EmitPointers(OpCode table, LocalBuilder[] data, LocalBuilder[] strides)
    {
        FieldInfo dataField = typeof(BatchPointer).GetField(nameof(BatchPointer.Data))!;
        FieldInfo strideField = typeof(BatchPointer).GetField(nameof(BatchPointer.Stride))!;
        for (int v = 0; v < data.Length; v++)
        {
            void Entry(FieldInfo field)
            {
                _il.Emit(table);
                _il.Emit(OpCodes.Ldc_I4, v);
                _il.Emit(OpCodes.Conv_I);
                _il.Emit(OpCodes.Sizeof, typeof(BatchPointer));
                _il.Emit(OpCodes.Mul);
                _il.Emit(OpCodes.Add);
                _il.Emit(OpCodes.Ldfld, field);
            }

            Entry(dataField);
            _il.Emit(OpCodes.Stloc, data[v]);
            Entry(strideField);
            _il.Emit(OpCodes.Ldc_I4_3); // strides in bytes
            _il.Emit(OpCodes.Shl);
            _il.Emit(OpCodes.Stloc, strides[v]);
        }
    }

    private void EmitAddress(LocalBuilder data, LocalBuilder stride, int component, int copy)
    {
        _il.Emit(OpCodes.Ldloc, data);
        if (component > 0)
        {
            _il.Emit(OpCodes.Ldloc, stride);
            if (component > 1)
            {
                EmitInteger(component);
                _il.Emit(OpCodes.Mul);
            }

            _il.Emit(OpCodes.Add);
        }

        if (copy > 0)
        {
            EmitInteger(copy * _bytes);
            _il.Emit(OpCodes.Add);
        }
    }

    /// <summary>Moves the pointers and the number of instances left.</summary>
    private void EmitAdvance(int copies)
    {
        for (int v = 0; v < _inputData.Length; v++)
        {
            if (_function.Inputs[v].Kind == InputKind.PerInstance)
            {
                Advance(_inputData[v]);
            }
        }

        Array.ForEach(_outputData, Advance);
        _il.Emit(OpCodes.Ldarg_3);
        EmitInteger(copies * _lanes);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Starg_S, (byte)3);

        void Advance(LocalBuilder data)
        {
            _il.Emit(OpCodes.Ldloc, data);
            EmitInteger(copies * _bytes);
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Stloc, data);
        }
    }
}
