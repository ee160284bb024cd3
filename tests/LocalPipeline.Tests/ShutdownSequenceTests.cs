using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Processes;
using Shipper.LocalPipeline.Running;
using Shipper.LocalPipeline.Tests.Support;
using Xunit;

namespace Shipper.LocalPipeline.Tests;

public sealed class ShutdownSequenceTests
{
    private readonly List<string> _notes = [];

    [Fact]
    public async Task The_generator_stops_first_and_the_shipper_only_when_all_is_acknowledged()
    {
        var settled = 0;
        var drained = await Sequence(Processes(), () => Moment(written: 30, settled: settled += 10)).RunAsync(CancellationToken.None);
        Assert.True(drained);
        Assert.Equal(
            [
                "closing", "terminate generator", "draining", "sample 10", "sample 20", "sample 30", "stopping", "terminate shipper",
                "sample 40", "delivering", "terminate firehose",
            ],
            _notes);
    }

    [Fact]
    public async Task A_drain_without_progress_times_out_and_the_rest_stops_in_order()
    {
        var drained = await Sequence(Processes(), () => Moment(written: 30, settled: 10)).RunAsync(CancellationToken.None);
        Assert.False(drained);
        Assert.Equal(
            ["terminate generator", "terminate shipper", "terminate firehose"],
            _notes.Where(note => note.StartsWith("terminate", StringComparison.Ordinal)));
        Assert.InRange(_notes.Count(note => note.StartsWith("sample", StringComparison.Ordinal)), 100, 110);
    }

    [Fact]
    public async Task A_shipper_that_ends_while_draining_is_reported_with_the_end_of_its_log()
    {
        using var directory = new TemporaryDirectory();
        var shipper = new FakeProcess("shipper", _notes) { LogPath = directory.Write("shipper.log", "first\nno space left\n") };
        shipper.End(1);
        var exception = await Assert.ThrowsAsync<ProcessFailedException>(
            () => Sequence(Processes() with { Shipper = shipper }, () => Moment(written: 30, settled: 10))
                .RunAsync(CancellationToken.None));
        Assert.Contains("the shipper ended with exit code 1", exception.Message, StringComparison.Ordinal);
        Assert.Contains("no space left", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generator_that_failed_is_reported()
    {
        var generator = new FakeProcess("generator", _notes);
        generator.End(139);
        var exception = await Assert.ThrowsAsync<ProcessFailedException>(
            () => Sequence(Processes() with { Generator = generator }, () => Moment(0, 0)).RunAsync(CancellationToken.None));
        Assert.Equal("the generator was ended by signal 11 and logged nothing", exception.Message);
    }

    [Fact]
    public async Task A_process_that_does_not_end_is_killed()
    {
        var exception = await Assert.ThrowsAsync<PipelineException>(
            () => Sequence(Processes() with { Shipper = new FakeProcess("shipper", _notes, exitCode: null) }, () => Moment(0, 0)).RunAsync(
                CancellationToken.None));
        Assert.Contains("the shipper did not end within 90 s", exception.Message, StringComparison.Ordinal);
        Assert.Equal("kill shipper", _notes[^1]);
    }

    [Fact]
    public async Task The_lake_stops_last_and_nothing_of_it_ends_the_run()
    {
        var lake = new FakeProcess("lake", _notes, exitCode: null);
        var sequence = Sequence(Processes() with { Lake = lake }, () => Moment(0, 0));
        Assert.True(await sequence.RunAsync(CancellationToken.None));
        Assert.Equal(["terminate firehose", "terminate lake", "kill lake"], _notes.TakeLast(3));
        Assert.Null(sequence.LakeEndedWith);

        var failed = new FakeProcess("lake", _notes);
        failed.End(73);
        sequence = Sequence(Processes() with { Lake = failed }, () => Moment(0, 0));
        Assert.True(await sequence.RunAsync(CancellationToken.None));
        Assert.Equal(73, sequence.LakeEndedWith);
    }

    private PipelineProcesses Processes() =>
        new(new FakeProcess("generator", _notes), new FakeProcess("shipper", _notes), new FakeProcess("firehose", _notes));

    private ShutdownSequence Sequence(PipelineProcesses children, Func<Snapshot> moment) => new(
        children,
        () =>
        {
            var snapshot = moment();
            _notes.Add($"sample {snapshot.Shipper.BytesSettled}");
            return Task.FromResult(snapshot);
        },
        _notes.Add,
        TimeSpan.FromSeconds(10),
        new LeapingTimeProvider());

    private static Snapshot Moment(long written, long settled) =>
        new() { BytesInFiles = written, Shipper = new ShipperMetrics { BytesAcknowledged = settled } };
}
