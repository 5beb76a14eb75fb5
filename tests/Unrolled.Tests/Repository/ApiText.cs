using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Unrolled.Tests.Repository;

/// <summary>
/// The public types of an assembly and their public and protected members as text: one line each, sorted, as one would write them in C#. What the
/// compiler adds to records is left out.
/// </summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort",
        [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double",
        [typeof(char)] = "char", [typeof(string)] = "string", [typeof(object)] = "object", [typeof(decimal)] = "decimal", [typeof(nint)] = "nint",
    };

    /// <summary>The lines: a type on the margin, its members below it, an empty line after them.</summary>
    public static string Of(Assembly assembly)
    {
        var lines = new List<string>();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => $"{t.Namespace}|{FullName(t)}", StringComparer.Ordinal))
        {
            lines.Add($"{Kind(type)} {type.Namespace}.{FullName(type)}{Parents(type)}");
            lines.AddRange(Members(type).Distinct().Order(StringComparer.Ordinal).Select(m => $"  {m}"));
            lines.Add(string.Empty);
        }

        return string.Join('\n', lines);
    }

    private static string Kind(Type type) =>
        IsDelegate(type) ? "delegate"
        : type.IsInterface ? "interface"
        : type.IsEnum ? "enum"
        : type.IsValueType ? (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : string.Empty) + (type.IsByRefLike ? "ref struct" : "struct")
        : (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : string.Empty) + (IsRecord(type) ? "record" : "class");

    private static bool IsDelegate(Type type) => type.BaseType == typeof(MulticastDelegate);

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$", Declared) is not null;

    private static string Parents(Type type)
    {
        if (type.IsEnum || IsDelegate(type))
        {
            return string.Empty;
        }

        IEnumerable<Type> inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(i => i.GetInterfaces()));
        Type[] own = [.. type.GetInterfaces().Except(inherited).Where(i => !(i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEquatable<>)))];
        IEnumerable<string> names = own.Select(Name).Order(StringComparer.Ordinal);
        if (type.IsClass && type.BaseType is { } parent && parent != typeof(object))
        {
            names = names.Prepend(Name(parent));
        }

        string all = string.Join(", ", names);
        return all.Length == 0 ? string.Empty : $" : {all}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetValues(type).Cast<Enum>().Select(v => FormattableString.Invariant($"{v} = {Convert.ToInt64(v, CultureInfo.InvariantCulture)}"));
        }

        if (IsDelegate(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return [$"{Name(invoke.ReturnType)} Invoke({Parameters(invoke)})"];
        }

        return type.GetMembers(Declared).Where(m => !m.IsDefined(typeof(CompilerGeneratedAttribute))).Select(m => m switch
        {
            ConstructorInfo c when Shows(c) => $"{Modifiers(c)}new({Parameters(c)})",
            FieldInfo { IsLiteral: true } f when Shows(f) => $"const {Name(f.FieldType)} {f.Name} = {Constant(f.GetRawConstantValue())}",
            FieldInfo f when Shows(f) => $"{(f.IsStatic ? "static " : string.Empty)}{(f.IsInitOnly ? "readonly " : string.Empty)}{Name(f.FieldType)} {f.Name}",
            PropertyInfo p when Accessors(p) is { Length: > 0 } accessors => Property(p, accessors),
            EventInfo e when Shows(e.AddMethod!) => $"{Modifiers(e.AddMethod!)}event {Name(e.EventHandlerType!)} {e.Name}",
            MethodInfo m2 when Shows(m2) && (!m2.IsSpecialName || m2.Name.StartsWith("op_", StringComparison.Ordinal)) => Method(m2),
            _ => string.Empty,
        }).Where(line => line.Length > 0);
    }

    private static bool Shows(MethodBase method) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool Shows(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static MethodInfo[] Accessors(PropertyInfo property) => [.. property.GetAccessors(nonPublic: true).Where(Shows)];

    private static string Property(PropertyInfo property, MethodInfo[] accessors)
    {
        string name = property.GetIndexParameters() is { Length: > 0 } index ? $"this[{string.Join(", ", index.Select(Parameter))}]" : property.Name;
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : string.Empty;
        IEnumerable<string> kinds = accessors.Select(a => a == property.GetMethod ? "get;" : IsInit(a) ? "init;" : "set;").Order(StringComparer.Ordinal);
        string nullable = NullableMark(new NullabilityInfoContext().Create(property), property.PropertyType);
        return $"{Modifiers(accessors[0])}{required}{Name(property.PropertyType)}{nullable} {name} {{ {string.Join(' ', kinds)} }}";
    }

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : string.Empty;
        string nullable = NullableMark(new NullabilityInfoContext().Create(method.ReturnParameter), method.ReturnType);
        return $"{Modifiers(method)}{Name(method.ReturnType)}{nullable} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Modifiers(MethodBase method)
    {
        string text = method.IsPublic ? string.Empty : "protected ";
        if (method.DeclaringType!.IsInterface)
        {
            return text + (method.IsStatic ? "static " : method.IsAbstract ? string.Empty : "virtual ");
        }

        bool overrides = method is MethodInfo info && info.GetBaseDefinition().DeclaringType != info.DeclaringType;
        return text + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : overrides ? "override " : method.IsVirtual && !method.IsFinal ? "virtual " : string.Empty);
    }

    private static string Parameters(MethodBase method)
    {
        string extended = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : string.Empty;
        return extended + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        string passing = parameter.IsOut ? "out " : parameter.IsIn ? "in " : type.IsByRef ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : string.Empty;
        string nullable = NullableMark(new NullabilityInfoContext().Create(parameter), type);
        string start = parameter.HasDefaultValue ? $" = {Constant(parameter.DefaultValue)}" : string.Empty;
        return $"{passing}{Name(type.IsByRef ? type.GetElementType()! : type)}{nullable} {parameter.Name}{start}";
    }

    private static string NullableMark(NullabilityInfo info, Type type) =>
        !type.IsValueType && !type.IsByRef && (info.ReadState == NullabilityState.Nullable || info.WriteState == NullabilityState.Nullable) ? "?" : string.Empty;

    private static string Constant(object? value) => value switch
    {
        null => "default",
        string s => $"\"{s}\"",
        bool b => b ? "true" : "false",
        Enum e => $"{e.GetType().Name}.{e}",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>The name of a type with those around it, without its namespace.</summary>
    private static string FullName(Type type) => type.DeclaringType is { } outer ? $"{FullName(outer)}.{Name(type)}" : Name(type);

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return $"ref {Name(type.GetElementType()!)}";
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (type.IsPointer)
        {
            return $"{Name(type.GetElementType()!)}*";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Name(underlying)}?";
        }

        if (!type.IsGenericType)
        {
            return Keywords.GetValueOrDefault(type, type.Name);
        }

        string arguments = string.Join(", ", type.GetGenericArguments().Select(Name));
        return type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal) ? $"({arguments})"
            : type.Name.IndexOf('`') is int end and >= 0 ? $"{type.Name[..end]}<{arguments}>" : type.Name;
    }
}
