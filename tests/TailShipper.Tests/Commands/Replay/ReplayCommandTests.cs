using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Commands.Replay;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Tests.Checkpoints;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Replay;

/// <summary>A replay while no service runs: the command rewinds the checkpoints itself.</summary>
public sealed class ReplayCommandTests : IDisposable
{
    private const string StartLine = "BEGIN\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("replay-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("KinesisStream", 1_030_000, 0)] // longer than a record of Firehose, shorter than one of Kinesis
    [InlineData("DeliveryStream", 1_000_000, 0)]
    [InlineData("DeliveryStream", 1_030_000, 1_030_006)]
    public async Task It_goes_back_as_far_as_a_record_of_the_flows_destination_reaches(string destination, int secondLine, long expected)
    {
        var log = Path.Join(_directory, "app.log");
        await File.WriteAllTextAsync(log, StartLine + new string('x', secondLine - 1) + "\n  third\n");
        await RememberAsync(log);

        var request = new ReplayRequest
        {
            Flow = "orders",
            Kind = ReplayKind.FromOffset,
            Offset = StartLine.Length + secondLine + 3,
            Path = log,
        };
        Assert.Equal(0, await ReplayCommand.RunAsync(Setup(destination, log), request, CancellationToken.None));

        var streams = CheckpointReader.Read(new PhysicalStateDirectory(_directory)).Streams;
        var stream = Assert.Single(streams, stream => stream.State == StreamState.Active);
        Assert.Equal(expected, stream.Committed);
    }

    private ShipperSetup Setup(string destination, string log)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Shipper:StateDirectory"] = _directory,
            ["Shipper:Flows:0:Name"] = "orders",
            ["Shipper:Flows:0:Paths:0"] = log,
            [$"Shipper:Flows:0:{destination}"] = "orders",
            ["Shipper:Flows:0:MultiLine:StartPattern"] = "BEGIN",
        }).Build();
        return ShipperSetup.Load(configuration, new ConfigurationProblems(), toRun: false);
    }

    private async Task RememberAsync(string log)
    {
        using var file = new PhysicalFileSystem().Open(log).File!;
        var stat = file.Stat();
        await using var journal = CheckpointJournal.Open(
            new PhysicalStateDirectory(_directory), TimeProvider.System, NullLogger<CheckpointJournal>.Instance);
        journal.Record(Some.Checkpoint(journal.NextStream().Number, stat.Size) with
        {
            Path = log,
            File = stat.Id,
            Generation = stat.Generation,
            Head = FileContent.Before(file, Fingerprint.MaxLength),
            Tail = FileContent.Before(file, stat.Size),
        });
        Assert.True(await journal.FlushAsync(CancellationToken.None));
    }
}
