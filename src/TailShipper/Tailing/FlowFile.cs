namespace Shipper.TailShipper.Tailing;

/// <summary>An open file of a flow: gives its place in the budget back when it is closed.</summary>
internal sealed class FlowFile(FlowFiles flow, ITailedFile file, string path) : ITailedFile
{
    private bool _closed;

    /// <inheritdoc/>
    public FileStat Stat()
    {
        flow.Begin("stat", path);
        try
        {
            return file.Stat();
        }
        finally
        {
            flow.End();
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, long offset)
    {
        flow.Begin("read", path);
        try
        {
            return file.Read(buffer, offset);
        }
        finally
        {
            flow.End();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            flow.Begin("close", path);
            file.Dispose();
            flow.End();
            flow.Closed();
        }
    }
}
