using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Tests.Checkpoints;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class LearnedPaceFileTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly InMemoryStateDirectory _directory = new();
    private readonly RecordingLogger<LearnedPaceFileTests> _log = new();

    [Fact]
    public void What_was_learned_is_known_after_a_restart()
    {
        {
            var before = All();
            before.Of(Stream("orders")).Restore(1_234_566.7, 2_000_000);
            before.Of(Stream("free"));
            before.Save();
        }

        var after = All();
        Assert.Equal(1_234_567, after.Of(Stream("orders")).Rate);
        Assert.Equal(2_000_000, after.Of(Stream("orders")).Cap.Learned);
        Assert.Null(after.Of(Stream("free")).Rate);
        Assert.Same(after.Of(Stream("orders")), after.Of(Stream("orders")));
    }

    [Fact]
    public void What_is_too_old_or_from_the_future_is_not()
    {
        {
            var before = All();
            before.Of(Stream("orders")).Restore(1_234_566, null);
            before.Save();
        }

        var then = _directory.Files[LearnedPaceFile.Name];
        _clock.Advance(LearnedPaceFile.MaxAge);
        var late = All();
        Assert.Null(late.Of(Stream("orders")).Rate);
        Assert.NotEmpty(then);
        var early = new DeliveryTargets(new LearnedPaceFile(
            _directory, new FakeTimeProvider(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero)), _log), () => 0, _clock, _log);
        Assert.Null(early.Of(Stream("orders")).Rate);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[{\"Stream\":\"orders\",\"Rate\":\"fast\"}]")]
    [InlineData("\0\0\0\0")]
    public void A_damaged_file_costs_a_warning_and_nothing_else(string content)
    {
        using (var file = _directory.Create(LearnedPaceFile.Name))
        {
            file.Append(Encoding.UTF8.GetBytes(content));
        }

        var all = All();
        Assert.Null(all.Of(Stream("orders")).Rate);
        Assert.Contains("learned again", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);
        all.Of(Stream("orders")).Restore(500_000, null);
        all.Save();
        var again = All();
        Assert.Equal(500_000, again.Of(Stream("orders")).Rate);
    }

    [Theory]
    [InlineData("[null]")]
    [InlineData("[{\"Stream\":null}]")]
    [InlineData("[{\"Stream\":\"orders\",\"Rate\":-1,\"At\":\"2026-01-01T00:00:00Z\"}]")]
    [InlineData("[{\"Stream\":\"orders\",\"Rate\":1e300,\"At\":\"2026-01-01T00:00:00Z\"}]")]
    public void Figures_that_make_no_sense_are_left_out(string content)
    {
        using (var file = _directory.Create(LearnedPaceFile.Name))
        {
            file.Append(Encoding.UTF8.GetBytes(content));
        }

        var all = All();
        Assert.Null(all.Of(Stream("orders")).Rate);
    }

    [Fact]
    public void A_disk_that_refuses_is_tried_again()
    {
        var all = All();
        all.Of(Stream("orders")).Restore(500_000, null);
        _directory.Fault = (_, _) => throw new IOException("full");
        all.Save();
        _directory.Fault = null;
        all.Save();
        var again = All();
        Assert.Equal(500_000, again.Of(Stream("orders")).Rate);
    }

    private static Destination Stream(string name) => new(DestinationKind.Firehose, name);

    private DeliveryTargets All() => new(new LearnedPaceFile(_directory, _clock, _log), () => 0.5, _clock, NullLogger.Instance);
}
