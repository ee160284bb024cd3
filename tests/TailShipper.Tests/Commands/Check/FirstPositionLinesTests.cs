using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Commands.Check;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.Recovery;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Check;

/// <summary>Before a reload, <c>check</c> says what happens to the lines that are there.</summary>
public sealed class FirstPositionLinesTests
{
    private static readonly Dictionary<string, FileStat> Found = new()
    {
        ["/logs/a.log"] = new FileStat(default, 100, 0, 0),
        ["/more/b.log"] = new FileStat(default, 2_500_000, 0, 0),
    };

    [Theory]
    [InlineData(true, "what is there already (1 file, 2,500,000 bytes) is not shipped (InitialPosition EndOfFile)")]
    [InlineData(false, "what is there already (1 file, 2,500,000 bytes) is shipped from the start of each file")]
    public void A_path_that_is_added_to_a_known_flow_is_named(bool isEnd, string expected) => Assert.Equal(
        $"/more/*.log is new to the service: {expected}",
        Assert.Single(Lines(isEnd ? InitialPosition.EndOfFile : InitialPosition.StartOfFile, Mark("/logs/*.log", listed: true))));

    [Fact]
    public void A_directory_that_was_never_there_is_still_new() => Assert.Equal(
        2, Lines(InitialPosition.EndOfFile, Mark("/logs/*.log", listed: false), Mark("/more/*.log", listed: false)).Count);

    [Fact]
    public void A_flow_that_knows_its_paths_has_nothing_to_say() => Assert.Empty(
        Lines(InitialPosition.EndOfFile, Mark("/logs/*.log", listed: true), Mark("/more/*.log", listed: true)));

    private static List<string> Lines(InitialPosition position, params StreamCheckpoint[] known) =>
        [.. CheckCommand.FirstPositions(
            new FlowOptions { Name = "orders", Paths = ["/logs/*.log", "/more/*.log"], InitialPosition = position }, known, Found)];

    private static StreamCheckpoint Mark(string pattern, bool listed) => new()
    {
        Stream = new StreamId(1),
        Flow = "orders",
        Path = "",
        File = default,
        State = StreamState.Superseded,
        Head = PatternMark.KeyOf(PathPattern.Parse(pattern).Single()),
        Committed = listed ? 1 : 0,
    };
}
