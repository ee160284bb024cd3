using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Metrics;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

/// <summary>Against a collector of our own, which decodes what arrives. Field numbers are those of opentelemetry/proto.</summary>
[Collection("meter")]
public sealed class OtlpExportTests
{
    [Fact]
    public async Task A_collector_gets_every_metric_with_unit_kind_flow_and_value()
    {
        using var collector = new Collector();
        using var meter = new ShipperMeter(() => [Readings.Flow("orders")], () => Readings.Service);
        var options = new OtlpOptions { Endpoint = new Uri(collector.Url), Interval = TimeSpan.FromHours(1) };
        var export = new OtlpExport(options, meter, TimeProvider.System, NullLogger.Instance);
        // It exports at the end.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => export.RunAsync(new CancellationToken(canceled: true)));
        var (path, type, body, _) = await collector.Request;
        Assert.Equal(("/v1/metrics", "application/x-protobuf"), (path, type));

        var resource = Assert.Single(Protobuf.All(body, 1));
        Assert.Contains(Attributes(Protobuf.All(resource, 1).Single(), 1), pair => pair is ("service.name", "tailshipper"));
        var scope = Assert.Single(Protobuf.All(resource, 2), scope => Protobuf.Text(Protobuf.All(scope, 1).Single(), 1) == meter.Name);
        var metrics = Protobuf.All(scope, 2).ToDictionary(metric => Protobuf.Text(metric, 1));
        Assert.Equal(FlowMetrics.All.Count + ServiceMetrics.All.Count + 1, metrics.Count);
        Assert.All(FlowMetrics.All, known =>
        {
            var metric = metrics[known.Name];
            Assert.Equal((known.Meaning, known.Unit), (Protobuf.Text(metric, 2), Protobuf.Text(metric, 3)));
            var isSum = known.Kind != MetricKind.Gauge;
            var values = Assert.Single(Protobuf.All(metric, isSum ? 7 : 5));
            if (isSum)
            {
                // Cumulative since the start; monotonic for a counter only.
                Assert.Contains(Protobuf.Fields(values), field => field is { Field: 2, Number: 2 });
                Assert.Equal(known.Kind == MetricKind.Counter, Protobuf.Fields(values).Any(field => field is { Field: 3, Number: 1 }));
            }

            var point = Assert.Single(Protobuf.All(values, 1));
            Assert.Equal([("flow", "orders")], Attributes(point, 7));
            var value = Protobuf.Fields(point).Single(field => field.Field == 4).Number;
            Assert.Equal(known.Read(Readings.Flow("orders")), BitConverter.UInt64BitsToDouble(value));
        });
    }

    [Fact]
    public async Task The_variables_of_the_signal_say_where_to_with_which_protocol_and_headers()
    {
        using var collector = new Collector();
        using var meter = new ShipperMeter(() => [Readings.Flow("orders")], () => Readings.Service);
        var variables = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = collector.Url + "/x",
            ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_METRICS_HEADERS"] = "api-key=a%20key",
        };
        var export = new OtlpExport(
            new OtlpOptions(), meter, TimeProvider.System, NullLogger.Instance, name => variables.GetValueOrDefault(name));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => export.RunAsync(new CancellationToken(canceled: true)));
        var (path, type, _, key) = await collector.Request;
        Assert.Equal(("/x", "application/x-protobuf", "a key"), (path, type, key));
    }

    [Theory]
    [InlineData("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/metrics")]
    [InlineData("http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/metrics")]
    [InlineData("https://collector/otlp", "https://collector/otlp/v1/metrics")]
    [InlineData("https://collector/v1/metrics", "https://collector/v1/metrics")]
    public void The_signal_has_its_own_path_below_the_endpoint(string endpoint, string expected) =>
        Assert.Equal(new Uri(expected), OtlpSettings.SignalOf(new Uri(endpoint)));

    private static List<(string Key, string Value)> Attributes(byte[] message, int field) =>
        [.. Protobuf.All(message, field).Select(pair => (Protobuf.Text(pair, 1), Protobuf.Text(Protobuf.All(pair, 2).Single(), 1)))];

    private sealed class Collector : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Collector()
        {
            using (var probe = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp))
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndPoint!).Port}";
            }

            _listener.Prefixes.Add(Url + "/");
            _listener.Start();
            Request = TakeAsync();
        }

        public string Url { get; }

        public Task<(string Path, string? Type, byte[] Body, string? Key)> Request { get; }

        public void Dispose() => _listener.Close();

        private async Task<(string Path, string? Type, byte[] Body, string? Key)> TakeAsync()
        {
            var context = await _listener.GetContextAsync();
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
            return (context.Request.Url!.AbsolutePath, context.Request.ContentType, body.ToArray(), context.Request.Headers["api-key"]);
        }
    }
}
