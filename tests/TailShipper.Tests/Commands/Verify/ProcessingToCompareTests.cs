using Shipper.RecordProcessing;
using Shipper.TailShipper.Commands.Verify;
using Shipper.TailShipper.Configuration;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Verify;

public sealed class ProcessingToCompareTests
{
    [Fact]
    public void What_depends_on_the_record_alone_can_be_computed_again()
    {
        Assert.Null(Obstacle());
        Assert.Null(Obstacle(
            new ProcessingOptions { Type = ProcessingType.Exclude, Pattern = "x" },
            new ProcessingOptions { Type = ProcessingType.CsvToJson, Names = ["a"] },
            new ProcessingOptions
            {
                Type = ProcessingType.Metadata,
                Members = [new MemberOptions { Name = "host", From = MemberSource.HostName }],
            }));
    }

    [Theory]
    [InlineData(nameof(MemberSource.Time))]
    [InlineData(nameof(MemberSource.Path))]
    [InlineData(nameof(MemberSource.FileName))]
    public void What_is_of_the_moment_of_reading_cannot(string source) => Assert.Contains(
        $"adds {source} as what",
        Obstacle(new ProcessingOptions
        {
            Type = ProcessingType.Metadata,
            Members = [new MemberOptions { Name = "what", From = Enum.Parse<MemberSource>(source) }],
        }),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(nameof(ProcessingType.Provenance))]
    [InlineData(nameof(ProcessingType.Ec2Metadata))]
    public void Neither_can_provenance_nor_what_ec2_says(string type) => Assert.Contains(
        $"the step {type}", Obstacle(new ProcessingOptions { Type = Enum.Parse<ProcessingType>(type) }), StringComparison.Ordinal);

    [Fact]
    public void Records_of_several_lines_can_be_compared_only_as_they_are()
    {
        var flow = new FlowOptions { MultiLine = new MultiLineOptions { StartPattern = "^x" } };
        Assert.Null(ProcessingToCompare.Obstacle(flow));
        flow.Processing = [new ProcessingOptions { Type = ProcessingType.SingleLine }];
        Assert.Contains("records of several lines", ProcessingToCompare.Obstacle(flow), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_a_flow_that_frames_as_the_agent_are_compared_unless_it_processes_what_it_joins()
    {
        var flow = new FlowOptions
        {
            KinesisAgent = new KinesisAgentOptions { Framing = true, AggregatedRecordSizeBytes = 1000, MultiLineStartPattern = "x" },
        };
        Assert.Null(ProcessingToCompare.Obstacle(flow));
        flow.Processing = [new ProcessingOptions { Type = ProcessingType.CsvToJson }];
        Assert.Contains("Kinesis Agent", ProcessingToCompare.Obstacle(flow), StringComparison.Ordinal);
    }

    private static string? Obstacle(params ProcessingOptions[] steps) =>
        ProcessingToCompare.Obstacle(new FlowOptions { Processing = [.. steps] });
}
