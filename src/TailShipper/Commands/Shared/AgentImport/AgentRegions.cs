using System.Text.RegularExpressions;
using Shipper.KinesisAgent;
using Shipper.KinesisAgent.Keys;

namespace Shipper.TailShipper.Commands.Shared.AgentImport;

/// <summary>Where the agent calls, as a region and, only where that is not enough, an address.</summary>
internal static partial class AgentRegions
{
    private const string WithoutAny = "us-east-1";

    /// <summary>Sets region and address of flows to Firehose, where there is one.</summary>
    public static void ApplyFirehose(AgentKeyUse use)
    {
        if (Has(use.Configuration, AgentDestination.Firehose))
        {
            Apply(use, Endpoint(use.Text), FirehoseRegion(use.Configuration), "Aws:ServiceUrl");
        }
    }

    /// <summary>Sets region and address of flows to Kinesis, where there is one.</summary>
    public static void ApplyKinesis(AgentKeyUse use)
    {
        if (!Has(use.Configuration, AgentDestination.Kinesis))
        {
            return;
        }

        var region = KinesisRegion(use.Configuration);
        if (Has(use.Configuration, AgentDestination.Firehose) && FirehoseRegion(use.Configuration) is var other && other != region)
        {
            use.Refuse(
                $"calls Kinesis in {region}, and other flows call Firehose in {other}: one configuration calls one region",
                "Make two files, each with the flows of one region, and import each");
            return;
        }

        Apply(use, Endpoint(use.Text), region, "Aws:KinesisServiceUrl");
    }

    private static void Apply(AgentKeyUse use, Uri? endpoint, string region, string key)
    {
        if (!string.IsNullOrEmpty(use.Text) && endpoint is null)
        {
            use.Refuse("is not an address", "Write for example firehose.eu-west-1.amazonaws.com");
            return;
        }

        use.Set("Aws:Region", region);
        if (endpoint is null)
        {
            use.Note($"It is unset, which means {region} to the agent.");
        }
        else if (RegionsOwn().Match(endpoint.Host) is { Success: true } own
            && endpoint.Scheme == Uri.UriSchemeHttps && endpoint.IsDefaultPort)
        {
            if (own.Groups["fips"].Success)
            {
                use.Set("Aws:UseFips", true);
            }
        }
        else
        {
            use.Set(key, endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/'));
        }
    }

    private static bool Has(AgentConfiguration configuration, AgentDestination destination) =>
        configuration.Flows.Any(flow => flow.Destination == destination);

    private static string FirehoseRegion(AgentConfiguration configuration) =>
        RegionOf(configuration.Values.Text("firehose.endpoint")) ?? WithoutAny;

    private static string KinesisRegion(AgentConfiguration configuration) =>
        configuration.Values.Text("kinesis.region") is { Length: > 0 } region ? region
        : RegionOf(configuration.Values.Text("kinesis.endpoint")) ?? WithoutAny;

    private static string? RegionOf(string? endpoint) =>
        Endpoint(endpoint) is { } url && AnyRegion().Match(url.Host) is { Success: true } found ? found.Groups["region"].Value : null;

    // The agent takes an address without its scheme, and means https.
    private static Uri? Endpoint(string? text) =>
        !string.IsNullOrWhiteSpace(text)
        && Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? url : null;

    [GeneratedRegex(@"^(firehose|kinesis)(?<fips>-fips)?\.[a-z]{2}(-[a-z]+)+-[0-9]+\.amazonaws\.com(\.cn)?$")]
    private static partial Regex RegionsOwn();

    [GeneratedRegex(@"(^|\.)(firehose|kinesis)(-fips)?\.(?<region>[a-z]{2}(-[a-z]+)+-[0-9]+)\.")]
    private static partial Regex AnyRegion();
}
