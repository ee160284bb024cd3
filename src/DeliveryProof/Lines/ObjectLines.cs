using Shipper.ObjectStorage;

namespace Shipper.DeliveryProof.Lines;

/// <summary>The lines of a delivered object: plain or gzip, of one member or several, and compressed records within either.</summary>
internal sealed class ObjectLines(IObjectStore store, StoredObject item) : ILineContent
{
    /// <inheritdoc/>
    public string Name { get; } = store is DirectoryStore ? Path.Join(store.DisplayName, item.Name) : item.Name;

    /// <inheritdoc/>
    public long Bytes => item.Size;

    /// <inheritdoc/>
    public void Read(LineSink sink, CancellationToken stopping)
    {
        // Who reads lines waits for their bytes, be they on a disk or behind a connection.
        using var stored = store.OpenAsync(item, stopping).GetAwaiter().GetResult();
        using var content = new GzipContent(new GzipContent(new GzipContent(new CountedStream(stored, sink.Advance))));
        using var lines = new LineSplitter(sink.Line, LineBreak.Newline);
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            var count = content.Read(lines.Room.Span);
            if (count > 0)
            {
                lines.Filled(count);
                continue;
            }

            // What comes behind the damage is another line, whether or not a newline came before it.
            lines.End();
            var problem = content.TakeProblem(out _);
            if (problem is null)
            {
                return;
            }

            sink.Problem(problem == "truncated_gzip"
                ? "its gzip is cut off; what could be read is compared"
                : "its gzip is damaged; what could be read is compared");
        }
    }
}
