using Shipper.TailShipper.Diagnostics.Status;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics;

/// <summary>Which files a status names.</summary>
public sealed class FileStatusTests
{
    [Fact]
    public void A_path_is_named_once_unless_something_of_a_stream_that_moved_away_is_left()
    {
        FileStatus[] files =
        [
            File("/a.log.1", stream: 1, lag: 0), File("/a.log.1", stream: 2, lag: 5), File("/a.log.1", stream: 3, lag: 0),
            File("/a.log.1", stream: 3, lag: 0, flow: "audit"), File("/b.log", stream: 4, lag: 0),
        ];
        Assert.Equal([2, 3, 3, 4], FileStatus.OnePerPath(files).Select(file => file.Stream));
    }

    private static FileStatus File(string path, long stream, long lag, string flow = "orders") => new()
    {
        Flow = flow,
        Path = path,
        Stream = stream,
        State = "Active",
        SizeBytes = 10,
        CommittedBytes = 10 - lag,
        LagBytes = lag,
        RecordedAt = DateTimeOffset.UnixEpoch,
    };
}
