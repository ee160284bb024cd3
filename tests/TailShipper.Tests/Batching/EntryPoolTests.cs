using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

/// <summary>Tables of records, shared by all flows.</summary>
public sealed class EntryPoolTests
{
    private readonly EntryPool _pool = new();

    [Fact]
    public void A_table_is_used_again_and_holds_nothing_of_who_had_it()
    {
        var table = _pool.Rent(5);
        Assert.Equal(8, table.Length);
        table[3].Ring = Workbench.NewRing();
        _pool.Return(table);
        Assert.NotSame(table, _pool.Rent(9));
        Assert.Same(table, _pool.Rent(8));
        Assert.Null(table[3].Ring);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 4)]
    [InlineData(500, 512)]
    [InlineData(513, 1024)]
    public void A_table_has_the_room_that_is_asked_for(int records, int length) => Assert.Equal(length, _pool.Rent(records).Length);

    [Fact]
    public void What_nobody_needed_between_two_looks_is_let_go()
    {
        List<RecordEntry[]> tables = [.. Enumerable.Range(0, 3).Select(_ => _pool.Rent(4))];
        tables.ForEach(_pool.Return);
        _pool.Trim(); // all three were in use since the last look
        _pool.Return(_pool.Rent(4));
        _pool.Trim();
        var left = new[] { _pool.Rent(4), _pool.Rent(4) };
        Assert.Equal([true, false], left.Select(table => tables.Exists(known => ReferenceEquals(known, table))));
    }

    [Fact]
    public void A_batch_has_a_table_as_long_as_it_has_records()
    {
        var batch = NewBatch();
        var ring = Workbench.NewRing();
        byte[][] lines = [.. Enumerable.Range(0, 20).Select(seed => Workbench.Line(10, seed))];
        Assert.All(lines, line => Assert.True(Workbench.Append(batch, ring, line)));
        Workbench.Holds(batch, lines);
        var other = NewBatch();
        Assert.True(Workbench.Append(other, Workbench.NewRing(2), lines[7]));
        Workbench.Holds(other, [lines[7]]);
        Workbench.Holds(batch, lines);

        batch.Clear();
        Assert.True(batch.IsEmpty);
        var table = _pool.Rent(20);
        Assert.All(table, entry => Assert.Null(entry.Ring));
        _pool.Return(table);
        Assert.True(Workbench.Append(batch, ring, lines[0])); // as many are expected as before
        Assert.NotSame(table, _pool.Rent(20));
    }

    [Fact]
    public void A_batch_takes_no_more_records_than_a_call_though_its_table_has_room()
    {
        var batch = new Batch(
            new BodyWriter(new ChunkPool(64 << 20), SentBody.Envelope), ServiceLimits.Firehose,
            Packing.LinePerRecord(ServiceLimits.Firehose), null, _pool);
        var ring = Workbench.NewRing();
        Assert.Equal(500, Enumerable.Range(0, 600).Count(_ => Workbench.Append(batch, ring, "x\n"u8.ToArray())));
        Assert.Equal(500, batch.Count);
    }

    private Batch NewBatch() => new(
        new BodyWriter(new ChunkPool(64 << 20), SentBody.Envelope), ServiceLimits.Firehose, Packing.LinePerRecord(ServiceLimits.Firehose),
        null, _pool);
}
