using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Processes;
using Shipper.LocalPipeline.Running;
using Shipper.LocalPipeline.Tests.Support;
using Xunit;

namespace Shipper.LocalPipeline.Tests;

public sealed class StopOrderTests
{
    private readonly List<string> _notes = [];

    [Fact]
    public async Task The_generator_ends_first_and_the_shipper_only_when_all_is_acknowledged()
    {
        var settled = 0;
        var drained = await Order(Children(), () => Moment(written: 30, settled: settled += 10)).RunAsync(CancellationToken.None);
        Assert.True(drained);
        Assert.Equal(
            ["closing", "terminate generator", "draining", "look 10", "look 20", "look 30", "stopping", "terminate shipper", "look 40", "delivering", "terminate firehose"], _notes);
    }

    [Fact]
    public async Task A_drain_that_does_not_move_is_given_up_and_the_rest_ends_in_order()
    {
        var drained = await Order(Children(), () => Moment(written: 30, settled: 10)).RunAsync(CancellationToken.None);
        Assert.False(drained);
        Assert.Equal(["terminate generator", "terminate shipper", "terminate firehose"], _notes.Where(note => note.StartsWith("terminate", StringComparison.Ordinal)));
        Assert.InRange(_notes.Count(note => note.StartsWith("look", StringComparison.Ordinal)), 100, 110);
    }

    [Fact]
    public async Task A_shipper_that_dies_while_draining_is_reported_with_its_last_words()
    {
        using var directory = new TemporaryDirectory();
        var shipper = new FakeChild("shipper", _notes) { LogPath = directory.Write("shipper.log", "first\nno space left\n") };
        shipper.EndsByItself(1);
        var exception = await Assert.ThrowsAsync<ChildEndedException>(
            () => Order(Children() with { Shipper = shipper }, () => Moment(written: 30, settled: 10)).RunAsync(CancellationToken.None));
        Assert.Contains("the shipper ended with exit code 1", exception.Message, StringComparison.Ordinal);
        Assert.Contains("no space left", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generator_that_ended_with_a_fault_is_reported()
    {
        var generator = new FakeChild("generator", _notes);
        generator.EndsByItself(139);
        var exception = await Assert.ThrowsAsync<ChildEndedException>(
            () => Order(Children() with { Generator = generator }, () => Moment(0, 0)).RunAsync(CancellationToken.None));
        Assert.Equal("the generator was ended by signal 11 and said nothing", exception.Message);
    }

    [Fact]
    public async Task A_process_that_will_not_end_is_killed()
    {
        var exception = await Assert.ThrowsAsync<PipelineException>(
            () => Order(Children() with { Shipper = new FakeChild("shipper", _notes, exitCode: null) }, () => Moment(0, 0)).RunAsync(CancellationToken.None));
        Assert.Contains("the shipper did not end within 90 s", exception.Message, StringComparison.Ordinal);
        Assert.Equal("kill shipper", _notes[^1]);
    }

    private Trio Children() => new(new FakeChild("generator", _notes), new FakeChild("shipper", _notes), new FakeChild("firehose", _notes));

    private StopOrder Order(Trio children, Func<Snapshot> moment) => new(
        children,
        () =>
        {
            var snapshot = moment();
            _notes.Add($"look {snapshot.Shipper.BytesSettled}");
            return Task.FromResult(snapshot);
        },
        _notes.Add,
        TimeSpan.FromSeconds(10),
        new LeapingTimeProvider());

    private static Snapshot Moment(long written, long settled) => new() { BytesInFiles = written, Shipper = new ShipperFigures { BytesAcknowledged = settled } };
}
