using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class SettledPlacesTests
{
    private static readonly Fingerprint First = Fingerprint.Of("first"u8);
    private static readonly Fingerprint Second = Fingerprint.Of("second"u8);

    [Fact]
    public void A_place_is_found_by_its_offset_only()
    {
        var places = new CheckpointCandidates();
        places.Add(20, First, committed: 0);

        Assert.Null(places.At(10));
        Assert.Equal(First, places.At(20));
        Assert.Equal(First, places.At(20));
        Assert.Null(places.At(21));
    }

    [Fact]
    public void Places_may_be_noted_in_any_order()
    {
        var places = new CheckpointCandidates();
        places.Add(30, Second, committed: 0);
        places.Add(20, First, committed: 0);

        Assert.Equal(First, places.At(20));
        Assert.Equal(Second, places.At(30));
    }

    [Fact]
    public void What_lies_behind_the_committed_offset_is_dropped()
    {
        var places = new CheckpointCandidates();
        places.Add(20, First, committed: 0);
        places.Add(30, Second, committed: 25);
        places.Add(10, First, committed: 25);

        Assert.Null(places.At(10));
        Assert.Equal(Second, places.At(30));
    }

    [Fact]
    public void Of_two_notes_of_one_place_the_first_stands()
    {
        var places = new CheckpointCandidates();
        places.Add(20, First, committed: 0);
        places.Add(20, Second, committed: 0);

        Assert.Equal(First, places.At(20));
    }
}
