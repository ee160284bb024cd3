using System.Text;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tests.Checkpoints;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class CheckpointRecorderTests
{
    private readonly JournalHost _host = new();
    private readonly StreamTable _streams = new();
    private readonly TailedStream _stream;
    private readonly CheckpointRecorder _recorder;

    public CheckpointRecorderTests()
    {
        _stream = new TailedStream(_host.Journal.NextStream(), "/logs/app.log", new FileStat(new FileId(1, 2), 1000, 0, 0), 100);
        _streams.Add(_stream);
        _recorder = new CheckpointRecorder("orders", _streams, _host.Journal, _host.Clock);
    }

    [Fact]
    public void A_stream_that_does_not_change_keeps_the_very_checkpoint_that_the_journal_keeps()
    {
        _recorder.Run();
        var recorded = _stream.Recorded!;
        Assert.True(_host.Flush());
        Assert.Same(_host.Journal.Latest(_stream.Id), recorded);
        Assert.Equal(_host.Clock.GetUtcNow(), recorded.At);
        Assert.Equal([new TimeMark(recorded.At, recorded.Committed)], recorded.Marks);

        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        _recorder.Run();
        Assert.Same(recorded, _stream.Recorded);
        Assert.Equal(0, _host.Journal.Status.PendingStreams);
    }

    [Fact]
    public void What_the_journal_has_not_written_yet_stays_what_was_recorded()
    {
        _recorder.Run();
        var recorded = _stream.Recorded;
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        _recorder.Run();
        Assert.Same(recorded, _stream.Recorded);
        _host.Journal.Forget(_stream.Id);
        _recorder.Run();
        Assert.Same(recorded, _stream.Recorded);
    }

    [Fact]
    public void A_stream_is_recorded_again_once_it_moves()
    {
        _recorder.Run();
        Assert.True(_host.Flush());
        _host.Clock.Advance(TimeSpan.FromSeconds(2));
        _recorder.Run();

        _stream.Ring.Settle(_stream.Ring.Add(150));
        _stream.Advance(50, _stream.Tail);
        _recorder.Run();

        Assert.Equal(150, _stream.Recorded!.Committed);
        Assert.Equal(1, _host.Journal.Status.PendingStreams);
        Assert.True(_host.Flush());
        Assert.Equal(150, _host.Durable(_stream.Id));
    }

    [Fact]
    public void A_stream_stays_on_disk_until_it_is_recorded_which_one_has_its_file()
    {
        _recorder.Run();
        Assert.True(_host.Flush());
        var other = new TailedStream(_host.Journal.NextStream(), "/logs/app.log", new FileStat(new FileId(1, 2), 1000, 0, 0), 300);
        _streams.Forget(_stream);
        _streams.Add(other);
        Assert.True(_host.Flush());
        Assert.Equal(100, _host.Durable(_stream.Id));

        _recorder.Run();
        Assert.True(_host.Flush());
        Assert.Equal(((long?)null, 300), (_host.Durable(_stream.Id), _host.Durable(other.Id)));
    }

    [Theory]
    [InlineData("/logs/app.log", true)]
    [InlineData("/logs/app.log.1", false)]
    public void Only_a_copy_that_may_be_outdone_is_recorded_without_its_file(string path, bool isFileRecorded)
    {
        var stat = new FileStat(new FileId(1, 7), 1000, 0, 0);
        var head = Encoding.ASCII.GetBytes(new string('x', 200));
        var stream = TailedStream.Begin(_host.Journal.NextStream(), "/logs/app.log", stat, 0, head, Fingerprint.Empty, 0);
        _streams.Add(stream);
        stream.ResumeIn(path, stat, path == stream.Path ? path : null, 0, 0);
        stream.NoteMayBeLonger(true);
        _recorder.Run();
        Assert.Equal(isFileRecorded ? stat.Id : default, stream.Recorded!.File);
    }
}
