using System.Globalization;
using OpenTelemetry.Exporter;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>
/// How metrics are exported by OTLP. An option goes first; then the variable of the signal (<c>OTEL_EXPORTER_OTLP_METRICS_…</c>), then the
/// general one, as the OpenTelemetry specification says ("OTLP Exporter", configuration options). The SDK's own exporter does not know the
/// variables of the signal. What is null here is left to the SDK, which reads the general variables.
/// </summary>
internal sealed record OtlpSettings
{
    private const string SignalPath = "v1/metrics";
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    /// <summary>Where each export goes, path included.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The protocol.</summary>
    public required OtlpExportProtocol Protocol { get; init; }

    /// <summary>Headers as <c>name=value,name=value</c>, percent-encoded; null for the general ones.</summary>
    public string? Headers { get; init; }

    /// <summary>The longest time for an export; null for the general setting.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How bodies are compressed; null for the general setting.</summary>
    public OtlpExportCompression? Compression { get; init; }

    /// <summary>Time between two exports.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>The settings; null when neither an option nor a variable names a collector.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="ignored">Called with the variable, its value and what is used instead, for each value that is not valid.</param>
    public static OtlpSettings? Resolve(OtlpOptions options, Func<string, string?> environment, Action<string, string, string> ignored)
    {
        var variables = new Variables(environment, ignored);
        var protocol = options.Protocol is { } configured
            ? configured == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf
            : variables.Of<OtlpExportProtocol?>("PROTOCOL", ProtocolOf, "http/protobuf") ?? OtlpExportProtocol.HttpProtobuf;
        var endpoint = options.Endpoint is { } url ? Signal(url, protocol)
            : variables.Read($"{Prefix}METRICS_ENDPOINT", UrlOf, "the general endpoint, if there is one")
            ?? (variables.Read($"{Prefix}ENDPOINT", UrlOf, "no collector") is { } general ? Signal(general, protocol) : null);
        return endpoint is null ? null : new OtlpSettings
        {
            Endpoint = endpoint,
            Protocol = protocol,
            Headers = variables.Get($"{Prefix}METRICS_HEADERS"),
            Timeout = variables.Read($"{Prefix}METRICS_TIMEOUT", MillisecondsOf, "the general timeout"),
            Compression = variables.Read($"{Prefix}METRICS_COMPRESSION", CompressionOf, "the general compression"),
            Interval = options.Interval
                ?? variables.Read("OTEL_METRIC_EXPORT_INTERVAL", MillisecondsOf, "60 s")
                ?? OtlpOptions.DefaultInterval,
        };
    }

    /// <summary>The address of metrics below a collector's.</summary>
    internal static Uri SignalOf(Uri endpoint) => endpoint.AbsolutePath.EndsWith("/" + SignalPath, StringComparison.Ordinal)
        ? endpoint
        : new Uri($"{endpoint.ToString().TrimEnd('/')}/{SignalPath}");

    private static Uri Signal(Uri endpoint, OtlpExportProtocol protocol) =>
        protocol == OtlpExportProtocol.Grpc ? endpoint : SignalOf(endpoint);

    private static OtlpExportProtocol? ProtocolOf(string text) => text switch
    {
        "grpc" => OtlpExportProtocol.Grpc,
        "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
        _ => null,
    };

    private static OtlpExportCompression? CompressionOf(string text) => text switch
    {
        "gzip" => OtlpExportCompression.GZip,
        "none" => OtlpExportCompression.None,
        _ => null,
    };

    private static Uri? UrlOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static TimeSpan? MillisecondsOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? TimeSpan.FromMilliseconds(number)
            : null;

    /// <summary>The environment, in which an empty variable is none.</summary>
    private sealed class Variables(Func<string, string?> environment, Action<string, string, string> ignored)
    {
        public string? Get(string name) => environment(name) is { } text && text.Trim() is { Length: > 0 } value ? value : null;

        /// <summary>The signal's own variable, else the general one.</summary>
        public T? Of<T>(string name, Func<string, T?> parse, string otherwise) =>
            Read($"{Prefix}METRICS_{name}", parse, "the general setting") ?? Read(Prefix + name, parse, otherwise);

        public T? Read<T>(string name, Func<string, T?> parse, string otherwise)
        {
            if (Get(name) is not { } text)
            {
                return default;
            }

            var value = parse(text);
            if (value is null)
            {
                ignored(name, text, otherwise);
            }

            return value;
        }
    }
}
