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
    public void More_shares_than_have_a_small_chunk_each_are_refused()
    {
        var most = (100 - ChunkShare.Guaranteed) * Chunk.Capacity / Chunk.SmallCapacity;
        for (var share = 0; share < most; share++)
        {
            _pool.Share();
        }

        Assert.False(_pool.CanShare());
        Assert.Throws<InvalidOperationException>(() => _pool.Share());
    }

    [Fact]
    public void However_many_shares_are_stuck_the_next_can_send_something()
    {
        var shares = Enumerable.Range(0, 1000).Select(_ => _pool.Share()).ToList();
        foreach (var share in shares)
        {
            Assert.NotNull(share.TryRent(ChunkSize.Small));
            while (share.TryRent() is not null)
            {
            }
        }

        Assert.InRange(_pool.RentedBytes, 0, _pool.MaxBytes);
    }

    [Fact]
    public void A_thousand_idle_shares_leave_a_third_of_the_memory_and_more_to_one_that_is_busy()
    {
        var shares = Enumerable.Range(0, 1000).Select(_ => _pool.Share()).ToList();
        Assert.All(shares, share => Assert.InRange(share.GuaranteedNow, Chunk.SmallCapacity, ChunkShare.GuaranteedBytes));
        Assert.InRange(Fill(shares[500]).Count, 100 / 3, 100);
    }

    [Fact]
    public void When_the_others_have_left_a_share_is_guaranteed_all_that_it_wants_again()
    {
        var shares = Enumerable.Range(0, 30).Select(_ => _pool.Share()).ToList();
        Assert.True(shares[0].GuaranteedNow < ChunkShare.GuaranteedBytes);
        shares.Skip(1).ToList().ForEach(share => share.Dispose());
        Assert.Equal(ChunkShare.GuaranteedBytes, shares[0].GuaranteedNow);
        Assert.Equal(100, Fill(shares[0]).Count);
    }

    [Fact]
    public void A_share_for_large_records_keeps_its_guarantee_among_a_thousand()
    {
        var large = _pool.Share(40);
        var others = Enumerable.Range(0, 1000).Select(_ => _pool.Share()).ToList();
        others.ForEach(share => Fill(share));
        Assert.InRange(Fill(large).Count, 40, 100);
        Assert.InRange(_pool.RentedBytes, 0, _pool.MaxBytes);
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
        Assert.Throws<InvalidOperationException>(() => _pool.Share(60));
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
