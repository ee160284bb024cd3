using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Commands.Check;

/// <summary>
/// What the service would bill for lines like those that are there, with and without aggregation: the flow's own framing and packing, on a
/// sample of its files.
/// </summary>
internal sealed class FlowCost
{
    /// <summary>Files that are sampled at most: those written last.</summary>
    public const int MostFiles = 4;

    /// <summary>Bytes that are read of each at most: its end.</summary>
    public const int BytesOfEach = 1024 * 1024;

    private readonly List<(byte[] Head, byte[] Bytes, long Start)> _samples = [];
    private readonly FlowOptions _flow;
    private readonly ServiceLimits _limits;

    /// <summary>Reads a sample; files that cannot be read are passed over.</summary>
    public FlowCost(FlowOptions flow, IFileSystem disk, IReadOnlyDictionary<string, FileStat> files)
    {
        (_flow, _limits) = (flow, Destination.LimitsOf(flow));
        foreach (var (path, _) in files.Where(file => file.Value.Size > 0).OrderByDescending(file => file.Value.ModifiedTicks)
            .ThenBy(file => file.Key, StringComparer.Ordinal).Take(MostFiles))
        {
            var attempt = disk.Open(path);
            using (attempt.File)
            {
                if (attempt.File is { } file)
                {
                    Sample(file);
                }
            }
        }
    }

    /// <summary>Files in the sample.</summary>
    public int Files => _samples.Count;

    /// <summary>Bytes of files in the sample, whole lines only.</summary>
    public long Bytes { get; private set; }

    /// <summary>Lines in the sample.</summary>
    public long Lines { get; private set; }

    /// <summary>
    /// Bytes billed for each byte of the files, with one line, or multi-line record, in a record. Null when there was nothing to sample.
    /// </summary>
    /// <param name="unit">What records are rounded up to, in bytes; null: as the destination usually does.</param>
    public double? Single(int? unit = null) => Billed(Packing.LinePerRecord(_limits), unit);

    /// <summary>The same with aggregation as the flow has it, or would have it with its other settings.</summary>
    /// <param name="bytesPerSecond">How fast lines come: a record waits for others no longer than the flow's MaxBatchAge. Null: fast enough
    /// to fill records.</param>
    /// <param name="unit">As in <see cref="Single"/>.</param>
    public double? Aggregated(double? bytesPerSecond, int? unit = null)
    {
        var waited = bytesPerSecond is { } rate ? Math.Max(1, rate * _flow.MaxBatchAge.TotalSeconds) : int.MaxValue;
        var aggregation = new AggregationOptions
        {
            Mode = AggregationMode.Lines,
            TargetBytes = _flow.Aggregation.TargetBytes,
            MaxLines = _flow.Aggregation.MaxLines,
            Compression = _flow.Aggregation.Compression,
            CompressionLevel = _flow.Aggregation.CompressionLevel,
        };
        var packing = FlowPacking.Of(aggregation, _limits);
        return Billed(packing with { TargetBytes = (int)Math.Min(packing.TargetBytes, waited) }, unit);
    }

    private void Sample(ITailedFile file)
    {
        try
        {
            var size = file.Stat().Size;
            var start = Math.Max(0, size - BytesOfEach);
            start -= start % 2; // a code unit of UTF-16 begins at an even offset
            var bytes = new byte[size - start];
            bytes = bytes[..FileContent.Fill(file, bytes, start)];
            var head = new byte[ByteOrderMark.Utf8.Length];
            head = head[..FileContent.Fill(file, head, 0)];
            var framing = Framings().Of(head, isWhole: true)!;
            var skip = start == 0
                ? framing.Newline.EndOfFirst(bytes, 0) * Math.Min(1, _flow.SkipHeaderLines)
                : framing.Newline.EndOfFirst(bytes, start);
            if (start == 0 || skip > 0)
            {
                _samples.Add((head, bytes[skip..], start + skip));
            }
        }
        catch (IOException)
        {
            // It only adds to the answer.
        }
    }

    private Framings Framings(Packing? packing = null) =>
        new(FramingSettings.Of(_flow), _limits, packing ?? Packing.LinePerRecord(_limits), SampleProcessing.Of(_flow, _limits));

    private double? Billed(Packing packing, int? unit)
    {
        var limits = _limits with { MaxBytes = 2 * BytesOfEach, BillingUnit = unit ?? _limits.BillingUnit };
        var memory = new ChunkPool(8L * BytesOfEach);
        var batch = new Batch(new BodyWriter(memory.Share(), RecordEnvelope.ForDeliveryStream("sample")), limits, packing);
        var (billed, bytes, lines) = (0.0, 0L, 0L);
        foreach (var (head, sample, start) in _samples)
        {
            var framing = Framings(packing).Of(head, isWhole: true)!;
            var ring = new SettledRing(default, start);
            for (var framed = new Framed(0, 0, PackEnd.Full); framed.End == PackEnd.Full;)
            {
                var at = ring.End;
                framed = framing.Pack(batch, ring, sample.AsSpan((int)(at - start)), at, Ending.Quiet);
                batch.CloseRecord();
                lines += framed.Lines;
                foreach (ref readonly var entry in batch.Entries)
                {
                    billed += Billed(entry, limits, packing);
                    bytes += entry.SpanBytes;
                }

                batch.Clear();
            }
        }

        (Bytes, Lines) = (bytes, lines);
        return bytes == 0 ? null : billed / bytes;
    }

    // A record that only the end of a sample kept short is its share of a full one of such lines.
    private static double Billed(in RecordEntry record, in ServiceLimits limits, Packing packing)
    {
        if (record.Lines == 0)
        {
            return limits.Billed(record.RawBytes); // a piece of a record that is too large after processing
        }

        var line = (double)record.RawBytes / record.Lines;
        var plain = packing.Compression is null ? line : (double)record.SpanBytes / record.Lines;
        var lines = Math.Min(packing.MaxLines, Math.Floor(packing.TargetBytes / plain));
        return record.Lines >= lines
            ? limits.Billed(record.RawBytes)
            : record.RawBytes * limits.Billed((long)(lines * line)) / (lines * line);
    }
}
