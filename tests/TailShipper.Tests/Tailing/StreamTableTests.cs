using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tests.Checkpoints;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class StreamTableTests
{
    [Theory]
    [InlineData(5, 4, true)]
    [InlineData(3, 6, false)]
    [InlineData(5, 5, false)]
    [InlineData(5, 3, false)]
    [InlineData(5, 0, false)]
    public void A_copy_is_one_of_an_older_stream_that_is_known(long stream, long copyOf, bool isCopy)
    {
        var streams = new StreamTable();
        streams.Restore([Some.Checkpoint(9 - stream, 100), Some.Checkpoint(stream, 100) with { CopyOf = new StreamId(copyOf) }]);

        Assert.Equal(isCopy, streams.ById(new StreamId(stream))!.IsNothingButCopy);
    }

    [Fact]
    public void Streams_that_are_said_to_be_copies_of_each_other_can_be_recorded()
    {
        var streams = new StreamTable();
        streams.Restore(
        [
            Some.Checkpoint(4, 100) with { CopyOf = new StreamId(5) },
            Some.Checkpoint(5, 100) with { CopyOf = new StreamId(4) },
        ]);

        Assert.All(streams.All, stream => Assert.True(stream.IsRecordable));
    }
}
