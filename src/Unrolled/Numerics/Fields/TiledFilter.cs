namespace Unrolled.Numerics;

/// <summary>
/// Applies a filter of a known radius to an image tile by tile with the bits of the filter on the whole image.
/// </summary>
/// <remarks>
/// All tiles are windows of the same extents, little more than <c>min(image, tile + 2 radius)</c>, so that the filter's memory fits all: a window
/// is its tile with at least the radius on every side, moved inward where it would leave the image. It then ends where the image ends, so a filter
/// that continues images by reflection finds what it would find in the whole; a periodic continuation does not have this law.
/// Fast convolutions work in groups of rows (<see cref="WinogradKernels"/>), so windows begin where groups begin and are not smaller than an image must
/// be for such a convolution.
/// One thread starts the work; every thread has a filter of its own.
/// </remarks>
public sealed class TiledFilter : IDisposable
{
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _radius;
    private readonly int _windowColumns;
    private readonly Worker[] _workers;
    private readonly WorkerTeam _team;
    private readonly int _tilesAcross;
    private Field<float>? _band;
    private Field<float>? _result;
    private int _start;
    private int _core;
    private int _resultRow;
    private CancellationToken _cancellationToken;

    /// <summary>Allocates everything.</summary>
    /// <param name="channels">The channels of the image.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="radius">How far the filter sees.</param>
    /// <param name="filters">Creates the filter of one thread.</param>
    /// <param name="options">Tiles and threads.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public TiledFilter(int channels, int rows, int columns, int radius, Func<FieldFilter> filters, TileOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        ArgumentNullException.ThrowIfNull(filters);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Extent, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads, nameof(options));
        (_rows, _columns, _radius, TileExtent) = (rows, columns, radius, options.Extent);
        (BandRows, _windowColumns) = (Window(rows, WinogradKernels.RowPeriod), Window(columns, 1));
        _tilesAcross = (columns + TileExtent - 1) / TileExtent;
        _workers = new Worker[Math.Min(options.Threads, _tilesAcross)];
        for (int w = 0; w < _workers.Length; w++)
        {
            var input = new Field<float>(1, channels, BandRows, _windowColumns);
            _workers[w] = new Worker(filters(), input, input.ZerosLike());
        }

        _team = new WorkerTeam(_workers.Length, ApplyTile);
    }

    /// <summary>The rows and columns that a tile contributes to the result.</summary>
    public int TileExtent { get; }

    /// <summary>The rows of a band: those of a tile with its halo.</summary>
    public int BandRows { get; }

    /// <summary>The first row of the band that the tiles beginning at a row need.</summary>
    /// <param name="core">The first row of the tiles, a multiple of <see cref="TileExtent"/>.</param>
    public int BandStart(int core) => Start(core, _rows, BandRows, WinogradKernels.RowPeriod);

    /// <summary>Filters a whole image.</summary>
    /// <param name="image">One instance.</param>
    /// <param name="result">Receives the result; not the same field.</param>
    /// <param name="cancellationToken">Is looked at between tiles.</param>
    /// <exception cref="ArgumentException">The extents are not those of the constructor.</exception>
    public void Apply(Field<float> image, Field<float> result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(result);
        Field<float> tile = _workers[0].Input;
        if (!image.SameExtents(result) || (image.Instances, image.Channels, image.Rows, image.Columns) != (1, tile.Channels, _rows, _columns))
        {
            throw new ArgumentException($"the image is {image} and the result {result}, expected 1 x {tile.Channels} x {_rows} x {_columns}", nameof(image));
        }

        for (int core = 0; core < _rows; core += TileExtent)
        {
            Start(image, 0, core, result, core, cancellationToken);
        }
    }

    /// <summary>Filters the tiles that begin at a row.</summary>
    /// <param name="band">The rows of the image from <paramref name="start"/>.</param>
    /// <param name="start">The first row of the band: <see cref="BandStart"/>.</param>
    /// <param name="core">The first row of the tiles.</param>
    /// <param name="result">Receives the rows of the tiles.</param>
    /// <param name="cancellationToken">Is looked at between tiles.</param>
    public void Apply(Field<float> band, int start, int core, Field<float> result, CancellationToken cancellationToken = default) =>
        Start(band, start, core, result, 0, cancellationToken);

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _team.Dispose();

    private void Start(Field<float> band, int start, int core, Field<float> result, int resultRow, CancellationToken cancellationToken)
    {
        (_band, _start, _core, _result, _resultRow, _cancellationToken) = (band, start, core, result, resultRow, cancellationToken);
        _team.Run(_tilesAcross);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void ApplyTile(int thread, int tile)
    {
        if (_cancellationToken.IsCancellationRequested)
        {
            return;
        }

        Worker worker = _workers[thread];
        Field<float> band = _band!, result = _result!, input = worker.Input, output = worker.Output;
        int column = tile * TileExtent, left = Start(column, _columns, _windowColumns, 1), top = BandStart(_core);
        int rows = Math.Min(TileExtent, _rows - _core), columns = Math.Min(TileExtent, _columns - column);
        for (int c = 0; c < input.Channels; c++)
        {
            for (int i = 0; i < input.Rows; i++)
            {
                band.Plane(0, c).Slice(((top - _start + i) * _columns) + left, input.Columns).CopyTo(input.Plane(0, c)[(i * input.Columns)..]);
            }
        }

        worker.Filter(input, output);
        for (int c = 0; c < input.Channels; c++)
        {
            for (int i = 0; i < rows; i++)
            {
                output.Plane(0, c).Slice(((_core - top + i) * input.Columns) + column - left, columns)
                    .CopyTo(result.Plane(0, c)[(((_resultRow + i) * _columns) + column)..]);
            }
        }
    }

    /// <summary>
    /// The extent of windows that begin at multiples of a period and hold a tile and the radius on both sides. The last one ends where the image ends, so the
    /// extent is that of the image modulo the period.
    /// </summary>
    private int Window(int extent, int period)
    {
        long least = Math.Max(WinogradKernels.SmallestExtent, TileExtent + (2L * _radius) + period - 1);
        return least >= extent ? extent : (int)least + ((extent - (int)least) % period);
    }

    private int Start(int core, int extent, int window, int period) => Math.Clamp((core - _radius) / period * period, 0, extent - window);

    private sealed record Worker(FieldFilter Filter, Field<float> Input, Field<float> Output);
}
