using System.Text;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

/// <summary>Frames content the way reading does, window by window, and keeps what comes out.</summary>
internal sealed class Framer
{
    private readonly IRecordFraming _framing;
    private readonly Batch _batch;
    private readonly SettledRing _ring = Workbench.NewRing();
    private readonly long _origin;

    public Framer(
        FramingSettings settings, ReadOnlySpan<byte> head = default, ServiceLimits? limits = null, Packing? packing = null, long origin = 0)
    {
        Limits = limits ?? ServiceLimits.Firehose;
        var how = packing ?? Packing.LinePerRecord(Limits);
        _framing = new Framings(settings, Limits, how).Of(head, isWhole: true)!;
        _batch = Workbench.NewBatch(limits: Limits, packing: how);
        _origin = origin;
        Position = origin;
        if (origin > 0)
        {
            _ring.Settle(_ring.Add(origin));
        }
    }

    public ServiceLimits Limits { get; }

    public IRecordFraming Framing => _framing;

    /// <summary>Where the next record begins.</summary>
    public long Position { get; private set; }

    /// <summary>Records as they are sent, in Latin-1: one character a byte.</summary>
    public List<string> Records { get; } = [];

    /// <summary>Where each of them ends in the file.</summary>
    public List<long> Ends { get; } = [];

    public int Lines { get; private set; }

    public int Unstarted { get; private set; }

    public int Replaced { get; private set; }

    /// <summary>Records of a multi-line flow.</summary>
    public static FramingSettings MultiLine(
        string pattern = "^>", int maxLines = 500, int maxBytes = 1_024_000, TextEncoding encoding = TextEncoding.Auto) =>
        new(encoding, 0, new MultiLineSettings(pattern, maxLines, maxBytes, TimeSpan.FromSeconds(5)));

    /// <summary>Gives it what is between the position and <paramref name="end"/>.</summary>
    public PackEnd Feed(ReadOnlySpan<byte> content, int end, Ending ending = Ending.Open)
    {
        while (true)
        {
            var framed = _framing.Pack(_batch, _ring, content[(int)(Position - _origin)..end], Position, ending);
            Position += framed.Bytes;
            (Lines, Unstarted, Replaced) = (Lines + framed.Lines, Unstarted + framed.Unstarted, Replaced + framed.Replaced);
            Take();
            if (framed.End != PackEnd.Full)
            {
                return framed.End;
            }
        }
    }

    /// <summary>Gives it all, cut into reads of the given lengths in turn, and says that the file ends there.</summary>
    public Framer FeedAll(byte[] content, params int[] cuts)
    {
        var seen = 0;
        for (var turn = 0; seen < content.Length; turn++)
        {
            seen = Math.Min(content.Length, seen + (cuts.Length == 0 ? content.Length : cuts[turn % cuts.Length]));
            Assert.Equal(PackEnd.NeedMore, Feed(content, seen));
        }

        Assert.Equal(PackEnd.NeedMore, Feed(content, seen, Ending.Final));
        Assert.Equal(content.Length + _origin, Position);
        return this;
    }

    public static byte[] Utf16(string text, bool isBigEndian = false) =>
        (isBigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode).GetBytes(text);

    private void Take()
    {
        _batch.CloseRecord();
        Assert.True(_batch.Count <= Limits.MaxRecords && _batch.RawBytes <= Math.Max(Limits.MaxBytes, Limits.MaxRecordBytes));
        var records = Workbench.Records(_batch);
        for (var index = 0; index < records.Count; index++)
        {
            var entry = _batch.Entries[index];
            var end = _ring.EndOf(entry.Ticket);
            Assert.Equal(Ends.Count == 0 ? _origin : Ends[^1], end - entry.SpanBytes);
            Assert.Equal((byte)'\n', records[index][^1]);
            Assert.Equal(records[index].Count(value => value == '\n'), entry.Lines);
            Assert.InRange(records[index].Length, 1, Limits.MaxRecordBytes);
            Ends.Add(end);
            Records.Add(Encoding.Latin1.GetString(records[index]));
            _ring.Settle(entry.Ticket);
        }

        Assert.Equal(Position, _ring.Committed);
        _batch.Clear();
    }
}
