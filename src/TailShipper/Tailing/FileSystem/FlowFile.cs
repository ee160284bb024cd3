using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>An open file of a flow: gives its place in the budget back when it is closed.</summary>
internal sealed class FlowFile(FlowFiles flow, ITailedFile file, string path) : ITailedFile
{
    private bool _closed;

    /// <inheritdoc/>
    public FileStat Stat()
    {
        using (flow.Begin("stat", path))
        {
            return file.Stat();
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, long offset)
    {
        using (flow.Begin("read", path))
        {
            return file.Read(buffer, offset);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            using (flow.Begin("close", path))
            {
                file.Dispose();
            }

            flow.Closed();
        }
    }
}
