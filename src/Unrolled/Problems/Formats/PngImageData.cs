namespace Unrolled.Problems.Formats;

/// <summary>The contents of consecutive IDAT chunks as one stream, to be inflated.</summary>
/// <param name="chunks">Stands at the first of them, and at its end at the first chunk that is not IDAT.</param>
internal sealed class PngImageData(PngChunkReader chunks) : Stream
{
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (!_ended && !buffer.IsEmpty)
        {
            int read = chunks.Read(buffer);
            if (read > 0)
            {
                return read;
            }

            if (chunks.Length == 0)
            {
                chunks.Skip();
            }

            chunks.Next();
            _ended = chunks.Type != "IDAT";
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Moves to the first chunk after these.</summary>
    public void Drain()
    {
        Span<byte> scratch = stackalloc byte[1024];
        while (Read(scratch) > 0)
        {
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
