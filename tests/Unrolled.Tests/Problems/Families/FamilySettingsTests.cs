using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Problems.Formats;
using Unrolled.Problems.Images;

namespace Unrolled.Tests.Problems.Families;

/// <summary>A family that was made in a program describes itself: from its section the same problems are drawn again, to the bit.</summary>
public sealed class FamilySettingsTests : IDisposable
{
    private static readonly Matrix Two = Matrix.FromRows([2, 0.1], [0.3, 1.0 / 3]);

    private readonly string _folder = Directory.CreateTempSubdirectory("families-").FullName;

    private static readonly string[] LinearNames = ["diffusion", "convection", "fixed", "paper", "symmetric", "file", "folder"];

    private static readonly string[] DenoisingNames = ["signals", "salted signals", "images", "salted images", "folder", "file"];

    public static TheoryData<string> Linear => [.. LinearNames];

    public static TheoryData<string> Denoising => [.. DenoisingNames];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Linear))]
    public void ALinearFamilyIsCreatedAgain(string name)
    {
        IProblemFamily<LinearSystem> family = LinearFamily(name), again = LinearFamilies.Create(family.Settings!);
        Assert.Equal(Text(family.Settings!), Text(again.Settings!));
        LinearSystem a = family.Draw(3, new RandomStream(5)), b = again.Draw(3, new RandomStream(5));
        Assert.Equal(a.RightHandSide.Values.ToArray(), b.RightHandSide.Values.ToArray());
        Batch x = a.RightHandSide, ax = Batch.Zeros(x.Components, x.Instances), bx = Batch.Zeros(x.Components, x.Instances);
        a.Operator.Apply(x, ax);
        b.Operator.Apply(x, bx);
        Assert.Equal(ax.Values.ToArray(), bx.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Denoising))]
    public void ADenoisingFamilyIsCreatedAgain(string name)
    {
        DenoisingFamily family = NoisyFamily(name), again = DenoisingFamilies.Create(family.Settings!);
        Assert.Equal(family.Description, again.Description);
        Assert.Equal(Text(family.Settings!), Text(again.Settings!));
        NoisyFields a = family.Draw(3, new RandomStream(5)), b = again.Draw(3, new RandomStream(5));
        Assert.Equal(a.Noisy.Values.ToArray(), b.Noisy.Values.ToArray());
        Assert.Equal(a.Sigma.ToArray(), b.Sigma.ToArray());
    }

    [Fact]
    public void ANonlinearFamilyIsCreatedAgain()
    {
        foreach (NonlinearFamily family in new[] { NonlinearFamilies.FromEquations("0 = x^2 - a", "a: uniform(1, 2)", "x: normal(1, 0.1)"), NonlinearFamilies.Create("burgers") })
        {
            NonlinearFamily again = NonlinearFamilies.Create(family.Settings!);
            Assert.Equal(family.Description, again.Description);
            Assert.Equal(family.Draw(3, new RandomStream(5)).InitialIterate!.Value.Values.ToArray(), again.Draw(3, new RandomStream(5)).InitialIterate!.Value.Values.ToArray());
        }

        Assert.Contains("'family.initial' holds 'x 1'", Assert.Throws<InvalidInputException>(() => NonlinearFamilies.FromEquations("0 = x", "", "x 1")).Message);
    }

    [Fact]
    public void WhatNoTextDescribesHasNoSectionAndIsNotDrawnAgain()
    {
        var signals = new PiecewiseSignals(32);
        Assert.Null(new DenoisingFamily(signals, new GaussianNoise(Distribution.Constant(0.2), unit: 0.5)).Settings);
        Assert.Null(new DenoisingFamily(signals, new SaltAndPepperNoise(Distribution.Constant(0.2))).Settings);
        Assert.Null(new FixedMatrixFamily(new Matrix(513, 513), new double[513]).Settings);
        Function f = NonlinearFamilies.FromEquations("0 = x^2 - a", "a: 1", "x: 1").Function!;
        var traced = new NonlinearFamily("traced", f, [Distribution.Constant(1)], [Distribution.Constant(1)]);
        Assert.Null(traced.Settings);
        Settings section = FamilySettings.ForModel(traced);
        Assert.Equal(traced.Description, section.Text("description"));
        Assert.Contains("drawn by the program", Assert.Throws<InvalidInputException>(() => NonlinearFamilies.Create(section)).Message);
        Assert.Contains("drawn by the program", Assert.Throws<InvalidInputException>(() => LinearFamilies.Create(section)).Message);
        Assert.Contains("drawn by the program", Assert.Throws<InvalidInputException>(() => DenoisingFamilies.Create(section)).Message);
    }

    /// <summary>A new family of systems or of fields must be named above.</summary>
    [Fact]
    public void EveryFamilyIsTried()
    {
        Type[] families = [.. typeof(Parameters).Assembly.GetExportedTypes().Where(t => !t.IsInterface && (typeof(IProblemFamily<LinearSystem>).IsAssignableFrom(t) || typeof(IFieldSource).IsAssignableFrom(t)))];
        HashSet<Type> tried = [.. LinearNames.Select(n => LinearFamily(n).GetType()), .. DenoisingNames.Select(n => NoisyFamily(n).Source.GetType())];
        Assert.Equal(families.Select(t => t.Name).Order(), tried.Select(t => t.Name).Order());
    }

    private IProblemFamily<LinearSystem> LinearFamily(string name)
    {
        string path = Path.Combine(_folder, "A.mtx");
        MatrixMarketWriter.Write(path, SparseMatrix.FromTriplets(2, 2, [0, 0, 1, 1], [0, 1, 0, 1], [4, 1, -1, 3]));
        var settings = new Settings("test", "family");
        settings.Set("kind", "matrix-market");
        settings.Set("matrix", path);
        return name switch
        {
            "diffusion" => new DiffusionFamily(5, 3, 1.0 / 3, 7, RightHandSideKind.White),
            "convection" => new ConvectionDiffusionFamily(6, 2, 0.7, ConvectionScheme.Upwind, 0.1),
            "fixed" => new FixedMatrixFamily(Two, [1, -0.0], 0.25),
            "paper" => FixedMatrixFamily.FiveByFive(),
            "symmetric" => new RandomSymmetricFamily(Two, [1, 2], -0.5, 2),
            "file" => LinearFamilies.Create(settings),
            _ => FolderFamily.Read(_folder),
        };
    }

    private DenoisingFamily NoisyFamily(string name)
    {
        string photos = Path.Combine(_folder, "photos"), signals = Path.Combine(_folder, "s.csv");
        Directory.CreateDirectory(photos);
        RasterFile.Write(Path.Combine(photos, "a.png"), new Raster(new DeadLeaves(20).DrawAll(1, new RandomStream(1))));
        CsvSignalWriter.Write(signals, new PiecewiseSignals(40).DrawAll(2, new RandomStream(1)));
        var gray = new GaussianNoise(Distribution.Uniform(5, 25.5), 1.0 / 255);
        return name switch
        {
            "signals" => new(new PiecewiseSignals(33, 2, 4, 1.0 / 3), new GaussianNoise(Distribution.Constant(0.2))),
            "salted signals" => new(new PiecewiseSignals(33, slope: 0), new SaltAndPepperNoise(Distribution.Uniform(0.1, 0.3), -1, 2)),
            "images" => new(new DeadLeaves(16, 2, 100, 0.1, 0), gray),
            "salted images" => new(new DeadLeaves(16), new SaltAndPepperNoise(Distribution.Constant(0.1))),
            "folder" => new(ImageFolder.Read(photos, 12), gray),
            _ => new(SignalFile.Read(signals, 30), new GaussianNoise(Distribution.Constant(0.2))),
        };
    }

    private static string Text(Settings settings) => string.Join('\n', settings.Entries.Select(e => $"{e.Key}: {Text(e.Value)}"));

    private static string Text(Setting value) => value.Text ?? (value.Section is { } section ? $"{{{Text(section)}}}" : $"[{string.Join(", ", value.Items!.Select(Text))}]");
}
