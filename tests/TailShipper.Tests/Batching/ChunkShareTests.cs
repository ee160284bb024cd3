using Shipper.TailShipper.Batching;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

public sealed class ChunkShareTests
{
    private readonly ChunkPool _pool = new(100L * Chunk.Capacity);

    [Fact]
    public void A_single_flow_may_use_all_of_the_memory()
    {
        Assert.Equal(100, Fill(_pool.Share()).Count);
        Assert.Equal(_pool.MaxBytes, _pool.RentedBytes);
    }

    [Fact]
    public void Flows_that_are_stuck_leave_more_than_the_guarantee_to_the_next()
    {
        var shares = new[] { _pool.Share(), _pool.Share(), _pool.Share(), _pool.Share() };
        Fill(shares[0]);
        Fill(shares[1]);
        Assert.InRange(Fill(shares[2]).Count, ChunkShare.Guaranteed + 1, 100);
        Assert.InRange(Fill(shares[3]).Count, ChunkShare.Guaranteed, 100);
        Assert.InRange(_pool.RentedBytes, 0, _pool.MaxBytes);
    }

    [Fact]
    public void What_comes_back_can_be_rented_again_and_the_guarantee_is_whole_again()
    {
        var (first, second) = (_pool.Share(), _pool.Share());
        for (var round = 0; round < 5; round++)
        {
            var chunks = Fill(first);
            Assert.InRange(Fill(second, ChunkShare.Guaranteed).Count, ChunkShare.Guaranteed, ChunkShare.Guaranteed);
            chunks.ForEach(first.Return);
            Assert.Equal(ChunkShare.GuaranteedBytes, _pool.RentedBytes);
            var more = Fill(second);
            Assert.NotEmpty(more);
            more.ForEach(second.Return);
            Enumerable.Range(0, ChunkShare.Guaranteed).ToList().ForEach(_ => second.Return(new Chunk()));
            Assert.Equal(0, _pool.RentedBytes);
        }
    }

    [Fact]
    public void More_shares_than_the_pool_can_promise_are_refused()
    {
        for (var share = 0; share < 100 / ChunkShare.Guaranteed; share++)
        {
            _pool.Share();
        }

        Assert.Throws<InvalidOperationException>(() => _pool.Share());
    }

    [Fact]
    public void A_share_for_large_records_has_room_for_one_whatever_the_others_hold()
    {
        var large = _pool.Share(40);
        var others = new[] { _pool.Share(), _pool.Share() };
        Array.ForEach(others, share => Fill(share));
        Assert.InRange(Fill(large).Count, 40, 100);
        Assert.InRange(_pool.RentedBytes, 0, _pool.MaxBytes);
        Assert.False(_pool.HasRoom(40));
        Assert.Throws<InvalidOperationException>(() => _pool.Share(40));
    }

    [Theory]
    [InlineData(1_024_000, 12)]
    [InlineData(1_048_320, 12)]
    [InlineData((10 * 1024 * 1024) - 256, 108)]
    public void A_share_can_hold_one_record_of_the_largest_size_encoded(int bytes, int chunks)
    {
        Assert.Equal(chunks, ChunkShare.For(bytes));
        Assert.True(chunks * (long)Chunk.Capacity > (bytes * 4L / 3) + 2048);
    }

    [Fact]
    public void Shares_that_come_and_go_leave_all_of_the_memory_to_those_that_stay()
    {
        var staying = _pool.Share();
        for (var round = 0; round < 50; round++)
        {
            var passing = _pool.Share();
            var held = Fill(passing, round % 30);
            if (round % 2 == 0)
            {
                held.ForEach(passing.Return);
                passing.Dispose();
            }
            else
            {
                passing.Dispose();
                held.ForEach(passing.Return);
            }

            passing.Dispose();
            Assert.Equal(0, _pool.RentedBytes);
        }

        Assert.Equal(100, Fill(staying).Count);
    }

    [Fact]
    public void A_share_may_join_while_the_others_use_everything_and_has_its_part()
    {
        var first = _pool.Share();
        var chunks = Fill(first);
        var second = _pool.Share();
        Assert.Equal(ChunkShare.Guaranteed, Fill(second).Count);
        Assert.InRange(_pool.RentedBytes, _pool.MaxBytes, _pool.MaxBytes + ChunkShare.GuaranteedBytes);
        chunks.ForEach(first.Return);
        Assert.InRange(Fill(first).Count, ChunkShare.Guaranteed, 100 - ChunkShare.Guaranteed);
        Assert.InRange(_pool.RentedBytes, 0, _pool.MaxBytes);
    }

    private static List<Chunk> Fill(ChunkShare share, int most = int.MaxValue)
    {
        var chunks = new List<Chunk>();
        while (chunks.Count < most && share.TryRent() is { } chunk)
        {
            chunks.Add(chunk);
        }

        return chunks;
    }
}
