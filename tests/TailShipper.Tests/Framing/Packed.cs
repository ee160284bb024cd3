using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

/// <summary>Packs two streams in turns, window by window, the way reading does, and checks what comes out.</summary>
internal sealed class Packed(ServiceLimits limits, Packing packing)
{
    private readonly LinePacker _packer = new(limits, packing);
    private readonly SettledRing[] _rings = [Workbench.NewRing(1), Workbench.NewRing(2)];
    private readonly List<byte>[] _packed = [[], []];
    private readonly int[] _lines = [0, 0];
    private readonly bool[] _oversize = [false, false];
    private readonly Batch _batch = Workbench.NewBatch(limits: limits, packing: packing);

    /// <summary>Gives both streams the same content, one window each in turn.</summary>
    public void Feed(byte[] content, int[] windows)
    {
        int[] position = [0, 0];
        int[] seen = [0, 0];
        for (var turn = 0; seen[0] < content.Length || seen[1] < content.Length; turn++)
        {
            var stream = turn % 2;
            seen[stream] = Math.Min(content.Length, seen[stream] + windows[turn % windows.Length]);
            while (true)
            {
                var window = content.AsSpan(position[stream]..seen[stream]);
                position[stream] += _packer.Pack(_batch, _rings[stream], window, position[stream], out var lines, out var end);
                _lines[stream] += lines;
                _oversize[stream] = end == PackEnd.Oversize;
                if (end != PackEnd.Full)
                {
                    break;
                }

                Take();
            }
        }

        Take();
        Assert.Equal([_rings[0].End, _rings[1].End], position.Select(end => (long)end));
    }

    /// <summary>Asserts that just the whole lines arrived, up to the first that no record can hold.</summary>
    public void Check(byte[] content)
    {
        var (length, lines, oversize) = (0, 0, false);
        while (true)
        {
            var line = content.AsSpan(length).IndexOf((byte)'\n') + 1;
            oversize = (line == 0 ? content.Length - length : line) > limits.MaxRecordBytes;
            if (line == 0 || oversize)
            {
                break;
            }

            length += line;
            lines++;
        }

        for (var stream = 0; stream < 2; stream++)
        {
            Assert.Equal(content[..length], _packed[stream]);
            Assert.Equal(lines, _lines[stream]);
            Assert.Equal(oversize && content.Length > 0, _oversize[stream]);
            Assert.Equal(length, _rings[stream].Committed);
        }
    }

    private void Take()
    {
        _batch.CloseRecord();
        Assert.True(_batch.Count <= limits.MaxRecords && _batch.RawBytes <= limits.MaxBytes);
        var records = Workbench.Records(_batch);
        for (var index = 0; index < records.Count; index++)
        {
            var entry = _batch.Entries[index];
            var stream = Array.IndexOf(_rings, entry.Ring);
            Assert.Equal(_packed[stream].Count + records[index].Length, entry.Ring.EndOf(entry.Ticket));
            _packed[stream].AddRange(records[index]);
            var lines = records[index].Count(value => value == '\n');
            Assert.Equal(lines, entry.Lines);
            Assert.InRange(lines, 1, packing.MaxLines);
            Assert.Equal((byte)'\n', records[index][^1]);
            Assert.True(records[index].Length <= (lines == 1 ? limits.MaxRecordBytes : packing.TargetBytes));
            Assert.True(entry.Ring.Settle(entry.Ticket));
        }

        _batch.Clear();
    }
}
