using OpenTelemetry.Exporter;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Metrics;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

/// <summary>The order of options and variables, by the OpenTelemetry specification.</summary>
public sealed class OtlpSettingsTests
{
    private readonly Dictionary<string, string> _variables = [];
    private readonly List<string> _ignored = [];

    [Theory]
    [InlineData("http://general:4318", null, "http://general:4318/v1/metrics")]
    [InlineData("http://general:4318/otlp/", null, "http://general:4318/otlp/v1/metrics")]
    [InlineData("http://general:4318", "http://own:4318", "http://own:4318/")]
    [InlineData("http://general:4318", "http://own:4318/x/y", "http://own:4318/x/y")]
    [InlineData(null, "https://own/api/v2/otlp", "https://own/api/v2/otlp")]
    public void The_signals_own_endpoint_goes_first_and_is_used_as_it_is(string? general, string? own, string expected)
    {
        Set("OTEL_EXPORTER_OTLP_ENDPOINT", general);
        Set("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", own);
        Assert.Equal(new Uri(expected), Resolve()!.Endpoint);
    }

    [Theory]
    [InlineData(null, null, OtlpExportProtocol.HttpProtobuf)]
    [InlineData("grpc", null, OtlpExportProtocol.Grpc)]
    [InlineData("grpc", "http/protobuf", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("http/protobuf", "grpc", OtlpExportProtocol.Grpc)]
    [InlineData(" ", " grpc ", OtlpExportProtocol.Grpc)]
    public void The_signals_own_protocol_goes_first(string? general, string? own, OtlpExportProtocol expected)
    {
        Set("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector");
        Set("OTEL_EXPORTER_OTLP_PROTOCOL", general);
        Set("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", own);
        var settings = Resolve()!;
        Assert.Equal(expected, settings.Protocol);
        Assert.Equal(expected == OtlpExportProtocol.Grpc ? "/" : "/v1/metrics", settings.Endpoint.AbsolutePath);
    }

    [Fact]
    public void Options_go_before_variables()
    {
        Set("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://own");
        Set("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf");
        Set("OTEL_METRIC_EXPORT_INTERVAL", "5000");
        var settings = Resolve(new OtlpOptions
        {
            Endpoint = new Uri("http://option:4317"),
            Protocol = OtlpProtocol.Grpc,
            Interval = TimeSpan.FromSeconds(7),
        })!;
        Assert.Equal(
            (new Uri("http://option:4317"), OtlpExportProtocol.Grpc, TimeSpan.FromSeconds(7)),
            (settings.Endpoint, settings.Protocol, settings.Interval));
    }

    [Fact]
    public void Interval_timeout_headers_and_compression_are_those_of_the_signal()
    {
        Set("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector");
        Assert.Equal(TimeSpan.FromMinutes(1), Resolve()!.Interval);
        Assert.Null(Resolve()!.Timeout);
        Set("OTEL_METRIC_EXPORT_INTERVAL", "15000");
        Set("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "2500");
        Set("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "key=v");
        Set("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "gzip");
        var settings = Resolve()!;
        Assert.Equal(
            (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(2.5), "key=v", OtlpExportCompression.GZip),
            (settings.Interval, settings.Timeout, settings.Headers, settings.Compression));
        Assert.Empty(_ignored);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "10s")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "-1")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "zstd")]
    public void A_value_that_is_not_valid_is_named_and_the_next_one_is_used(string variable, string value)
    {
        Set("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector");
        Set(variable, value);
        var settings = Resolve()!;
        Assert.Equal($"{variable}={value}", Assert.Single(_ignored));
        Assert.Equal((new Uri("http://collector/v1/metrics"), TimeSpan.FromMinutes(1)), (settings.Endpoint, settings.Interval));
    }

    [Fact]
    public void Nothing_is_exported_when_nothing_names_a_collector()
    {
        Set("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc");
        Set("OTEL_EXPORTER_OTLP_ENDPOINT", " ");
        Assert.Null(Resolve());
    }

    private OtlpSettings? Resolve(OtlpOptions? options = null) => OtlpSettings.Resolve(
        options ?? new OtlpOptions(), name => _variables.GetValueOrDefault(name), (name, value, _) => _ignored.Add($"{name}={value}"));

    private void Set(string name, string? value) => _variables[name] = value ?? "";
}
