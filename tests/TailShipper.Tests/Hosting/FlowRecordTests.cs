using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Hosting;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting;

/// <summary>Which flows the checkpoints of a directory are of, and what another configuration has differently.</summary>
public sealed class FlowRecordTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("flows-").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public void What_was_recorded_is_read_again()
    {
        Assert.Null(FlowRecord.Read(_state));
        new FlowRecorder(_state).Record([Flow("orders", "prod-orders"), Flow("audit", "prod-audit")]);
        var record = FlowRecord.Read(_state)!;
        Assert.Equal(["audit", "orders"], record.Flows.Select(flow => flow.Flow));
        Assert.Empty(record.DifferencesTo([Flow("orders", "prod-orders"), Flow("audit", "prod-audit")]));
    }

    [Fact]
    public void Every_difference_is_named()
    {
        FlowRecord.Of([Flow("orders", "prod-orders"), Flow("audit", "audit"), Flow("web", "web", "/var/log/web/*.log")]).Write(_state);
        Assert.Equal(
            [
                "flow audit (delivery stream audit) is not in this configuration",
                "flow orders shipped to delivery stream prod-orders, and here it ships to delivery stream tbsm-red-fire",
                "flow web ships /var/log/web/*.log, and here it names /var/log/www/*.log",
                "flow new (delivery stream new) has never run here",
            ],
            FlowRecord.Read(_state)!.DifferencesTo(
                [Flow("orders", "tbsm-red-fire"), Flow("web", "web", "/var/log/www/*.log"), Flow("new", "new")]));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"flows":[{"flow":"orders"}]}""")]
    public void What_is_no_record_is_an_error_and_not_a_record_of_nothing(string text)
    {
        File.WriteAllText(Path.Join(_state, FlowRecord.FileName), text);
        Assert.Contains("is damaged", Assert.Throws<IOException>(() => FlowRecord.Read(_state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_the_disk_refused_is_written_later()
    {
        var state = Path.Join(_state, "file");
        File.WriteAllText(state, "");
        var recorder = new FlowRecorder(state);
        recorder.Record([Flow("orders", "orders")]);
        File.Delete(state);
        recorder.Retry();
        Assert.Equal("orders", Assert.Single(FlowRecord.Read(state)!.Flows).Flow);
    }

    [Fact]
    public void The_same_settings_have_the_same_digest_and_others_another()
    {
        Assert.Equal(Setup("2s").InUse.Digest, Setup("2000ms").InUse.Digest);
        Assert.NotEqual(Setup("2s").InUse.Digest, Setup("3s").InUse.Digest);
    }

    private static ShipperSetup Setup(string scanInterval)
    {
        var problems = new ConfigurationProblems();
        return ShipperSetup.Load(
            ServiceConfiguration.Of(
                [],
                [
                    "Shipper:Flows:0:Name=orders", "Shipper:Flows:0:Paths:0=/var/log/a.log", "Shipper:Flows:0:DeliveryStream=orders",
                    $"Shipper:ScanInterval={scanInterval}",
                ],
                problems),
            problems,
            toRun: false);
    }

    private static FlowOptions Flow(string name, string stream, string path = "/var/log/orders/*.log") =>
        new() { Name = name, DeliveryStream = stream, Paths = [path] };
}
