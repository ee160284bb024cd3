using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Reading;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.Bench;

/// <summary>
/// Framing and batching alone: from the bytes of a file to complete request bodies, settled immediately. One operation is 64 MiB of
/// 212-byte lines.
/// </summary>
[MemoryDiagnoser]
[Config(typeof(InProcess))]
public class PackingBenchmarks
{
    private const int LineBytes = 212;
    private const int Lines = 64 * 1024 * 1024 / LineBytes;
    private const int WindowBytes = WindowReader.Bytes / LineBytes * LineBytes;

    private readonly byte[] _file = new byte[Lines * LineBytes];
    private Batch _batch = null!;
    private LinePacker _packer = null!;
    private SettledRing _ring = null!;
    private long _offset;

    /// <summary>How lines become records.</summary>
    [Params("LinePerRecord", "Aggregated", "Aggregated500")]
    public string Mode { get; set; } = "";

    /// <summary>Creates random lines.</summary>
    [GlobalSetup]
    public void Setup()
    {
        new Random(1).NextBytes(_file);
        for (var index = 0; index < _file.Length; index++)
        {
            _file[index] = index % LineBytes == LineBytes - 1 ? (byte)'\n' : (byte)(' ' + (_file[index] % 90));
        }

        var limits = ServiceLimits.Firehose;
        var packing = Mode switch
        {
            "LinePerRecord" => Packing.LinePerRecord(limits),
            "Aggregated" => new Packing(limits.MaxRecordBytes, int.MaxValue),
            _ => new Packing(limits.MaxRecordBytes, 500),
        };
        _batch = new Batch(new BodyWriter(new ChunkPool(64 * 1024 * 1024), RecordEnvelope.ForDeliveryStream("orders")), limits, packing);
        _packer = new LinePacker(limits, packing);
        _ring = new SettledRing(new StreamId(1), 0);
        PackFile();
    }

    /// <summary>Packs the file.</summary>
    [Benchmark]
    public long PackFile()
    {
        for (var start = 0; start < _file.Length; start += WindowBytes)
        {
            var window = _file.AsSpan(start, Math.Min(WindowBytes, _file.Length - start));
            while (!window.IsEmpty)
            {
                var consumed = _packer.Pack(_batch, _ring, window, _offset, out _, out var end);
                _offset += consumed;
                window = window[consumed..];
                if (end == PackEnd.Full)
                {
                    Settle();
                }
            }
        }

        return _ring.Committed;
    }

    private void Settle()
    {
        _batch.CloseRecord();
        foreach (ref readonly var entry in _batch.Entries)
        {
            entry.Ring.Settle(entry.Ticket);
        }

        _batch.Clear();
    }

    private sealed class InProcess : BenchmarkDotNet.Configs.ManualConfig
    {
        public InProcess() => AddJob(Job.MediumRun.WithToolchain(InProcessEmitToolchain.Instance));
    }
}
