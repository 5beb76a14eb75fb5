using System.Collections.Immutable;
using Unrolled.Numerics;
using Unrolled.Problems.Formats;

namespace Unrolled.Problems.Families;

/// <summary>
/// The user's images: all PNG, PGM and PPM files of a folder in the order of their names, held in memory as gray values in [0, 1].
/// A draw is a random patch of a random image in one of the eight flips and quarter turns.
/// </summary>
/// <remarks>
/// Colors become their luminance (R + G + B)/3; opacity is ignored. All positions of a patch in
/// all images are equally likely. Images that are smaller than the patch take no part.
/// </remarks>
public sealed class ImageFolder : IFieldSource
{
    /// <summary>The most pixels of a folder: 1 GiB of memory.</summary>
    public const long MostPixels = 1 << 28;

    private readonly ImmutableArray<Field<float>> _images;
    private readonly string _folder;

    private ImageFolder(string folder, int extent, ImmutableArray<string> names, ImmutableArray<Field<float>> images)
    {
        (_folder, Rows, Names, _images) = (folder, extent, names, images);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        Description = $"Patches of {extent} x {extent} pixels of the {images.Length} images in {name}";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings Settings => FamilySettings.Of(("kind", "images"), ("patch", Rows), ("images", _folder));

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns => Rows;

    /// <inheritdoc/>
    public double Low => 0;

    /// <inheritdoc/>
    public double Peak => 1;

    /// <inheritdoc/>
    public double NoiseUnit => 1.0 / 255;

    /// <summary>The names of the files, in their order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>A whole image; shape (1, 1, rows, columns). Not to be written to.</summary>
    public Field<float> Image(int index) => _images[index];

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The folder; folders in it are not looked into.</param>
    /// <param name="extent">The rows and columns of a patch when nobody asks for others.</param>
    /// <exception cref="InvalidInputException">There is no such folder, it holds no image, an image is invalid, all are smaller than a
    /// patch, or they have more than <see cref="MostPixels"/> pixels.</exception>
    public static ImageFolder Read(string folder, int extent = 44)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(extent);
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException(folder, File.Exists(folder) ? "is a file, expected a folder of images" : "there is no such folder");
        }

        string[] paths = [.. Directory.EnumerateFiles(folder).Where(RasterFile.HasImageName).OrderBy(p => Path.GetFileName(p), StringComparer.Ordinal)];
        if (paths.Length == 0)
        {
            throw new InvalidInputException(folder, "the folder holds no images; expected files *.png, *.pgm or *.ppm");
        }

        var images = new Field<float>[paths.Length];
        long pixels = 0;
        for (int k = 0; k < paths.Length; k++)
        {
            images[k] = Luminance(RasterFile.Read(paths[k]).Values);
            pixels += images[k].PlaneLength;
            if (pixels > MostPixels)
            {
                throw new InvalidInputException(folder, $"the first {k + 1} of {paths.Length} images have {pixels} pixels, expected at most {MostPixels} in all: use fewer or smaller ones");
            }
        }

        return images.Any(image => image.Rows >= extent && image.Columns >= extent)
            ? new ImageFolder(folder, extent, [.. paths.Select(p => Path.GetFileName(p))], [.. images])
            : throw new InvalidInputException(folder, $"none of the {paths.Length} images has a patch of {extent} x {extent} pixels");
    }

    /// <summary>The extent of the largest square patch that an image has.</summary>
    public int LargestSquare => _images.Max(image => Math.Min(image.Rows, image.Columns));

    /// <inheritdoc/>
    public void Draw(Field<float> destination, int instance, RandomStream stream)
    {
        FieldSource.CheckImage(destination);
        ArgumentNullException.ThrowIfNull(stream);
        int orientation = stream.NextIndex(Orientation.Count);
        long positions = Positions(destination, orientation, out int rows, out int columns);
        if (positions == 0)
        {
            orientation ^= 1; // an oblong patch may fit lying and not standing
            positions = Positions(destination, orientation, out rows, out columns);
        }

        if (positions == 0)
        {
            throw new ArgumentException($"no image of the folder has a patch of {destination.Rows} x {destination.Columns} pixels", nameof(destination));
        }

        long chosen = stream.NextIndex((int)positions);
        foreach (Field<float> image in _images)
        {
            long here = Positions(image, rows, columns);
            if (chosen < here)
            {
                (long row, long column) = Math.DivRem(chosen, image.Columns - columns + 1);
                Orientation.Copy(image.Values, image.Columns, (int)row, (int)column, orientation, destination.Plane(instance, 0), destination.Columns);
                return;
            }

            chosen -= here;
        }
    }

    /// <summary>The positions in all images, and the extents there, of a patch that an orientation turns.</summary>
    private long Positions(Field<float> destination, int orientation, out int rows, out int columns)
    {
        (rows, columns) = (orientation & 1) == 0 ? (destination.Rows, destination.Columns) : (destination.Columns, destination.Rows);
        long positions = 0;
        foreach (Field<float> image in _images)
        {
            positions += Positions(image, rows, columns);
        }

        return positions;
    }

    private static long Positions(Field<float> image, int rows, int columns) =>
        (long)Math.Max(0, image.Rows - rows + 1) * Math.Max(0, image.Columns - columns + 1);

    private static Field<float> Luminance(Field<float> values)
    {
        if (values.Channels == 1)
        {
            return values;
        }

        var gray = new Field<float>(1, 1, values.Rows, values.Columns);
        if (values.Channels == 2)
        {
            values.Plane(0, 0).CopyTo(gray.Values);
            return gray;
        }

        ReadOnlySpan<float> red = values.Plane(0, 0), green = values.Plane(0, 1), blue = values.Plane(0, 2);
        Span<float> y = gray.Values;
        for (int k = 0; k < y.Length; k++)
        {
            y[k] = (red[k] + green[k] + blue[k]) / 3;
        }

        return gray;
    }
}
