using System.Text;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Offsets that were noted ahead of a stream, because a copy of its file ended there.</summary>
public sealed class OffsetHistoryTests
{
    private static readonly string Copied = Lines.Of("a", 1, 1);
    private static readonly string Grown = Lines.Of("a", 1, 40);

    private readonly OffsetHistory _history = new();

    public OffsetHistoryTests() => _history.AddAhead(Copied.Length, Fingerprint.Of(Encoding.UTF8.GetBytes(Copied)));

    [Fact]
    public void A_copy_is_what_the_stream_was_when_the_stream_is_read_and_holds_it()
    {
        Confirm(Grown);

        Assert.True(IsPassed());
    }

    [Fact]
    public void A_copy_of_what_was_truncated_before_it_was_read_is_not_what_the_stream_was()
    {
        Confirm(Lines.Of("b", 1, 40));

        Assert.False(IsPassed());
    }

    [Fact]
    public void A_mark_further_ahead_than_was_read_stays()
    {
        Confirm(Copied[..5]);
        Assert.True(IsPassed());
        Confirm(Lines.Of("b", 1, 40));
        Assert.False(IsPassed());
    }

    private void Confirm(string read) => _history.Confirm(Encoding.UTF8.GetBytes(read), start: 0, position: 0);

    private bool IsPassed()
    {
        var disk = new SimulatedDisk(new SimulatedClock());
        disk.Append("/logs/copy", Copied);
        var attempt = disk.Open("/logs/copy");
        return _history.PassedThrough(attempt.File!, attempt.Stat.Size);
    }
}
