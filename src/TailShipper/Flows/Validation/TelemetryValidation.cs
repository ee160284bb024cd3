using System.Net;
using System.Text.RegularExpressions;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Flows.Validation;

/// <summary>Finds what is wrong with the options of metrics and endpoint.</summary>
internal static partial class TelemetryValidation
{
    /// <summary>Adds every problem.</summary>
    public static void Validate(ShipperOptions options, ConfigurationProblems problems)
    {
        var metrics = options.Metrics;
        if (metrics.Namespace.Length > 0
            && (!Namespace().IsMatch(metrics.Namespace) || metrics.Namespace.StartsWith("AWS/", StringComparison.Ordinal)))
        {
            problems.Add(
                "Shipper:Metrics:Namespace", metrics.Namespace, "is not a CloudWatch namespace",
                "Write 1 to 255 of the characters A-Z a-z 0-9 . - _ / # : and space, not only spaces, not beginning with AWS/, "
                + "or \"\" for none");
        }

        ValidateSocket(options.Endpoint, problems);
        ValidateUrl(options.Endpoint, problems);
    }

    private static void ValidateSocket(EndpointOptions endpoint, ConfigurationProblems problems)
    {
        if (string.IsNullOrEmpty(endpoint.Socket))
        {
            return;
        }

        if (!Path.IsPathFullyQualified(endpoint.Socket))
        {
            problems.Add(
                "Shipper:Endpoint:Socket", endpoint.Socket, "is not an absolute path",
                "Write for example /run/tailshipper/tailshipper.sock, or \"\" for none");
            return;
        }

        if (SocketPath.Problem(endpoint.Socket) is { } problem)
        {
            problems.Add(
                "Shipper:Endpoint:Socket", endpoint.Socket, problem,
                "Write a shorter path, for example /run/tailshipper/tailshipper.sock");
        }
    }

    private static void ValidateUrl(EndpointOptions endpoint, ConfigurationProblems problems)
    {
        if (endpoint.Url is not { } url)
        {
            return;
        }

        if (url.Scheme != "http" || url.AbsolutePath != "/" || url.Query.Length > 0 || url.UserInfo.Length > 0)
        {
            problems.Add(
                "Shipper:Endpoint:Url", url.ToString(), "is not an address to listen on",
                "Write http:// with a host and a port and nothing else, for example http://127.0.0.1:9464");
        }
        else if (!url.IsLoopback && !endpoint.AllowRemote)
        {
            problems.Add(
                "Shipper:Endpoint:Url", url.ToString(), "is not a loopback address, so others could read it without a password",
                "Write http://127.0.0.1:9464, or set Shipper:Endpoint:AllowRemote to true if the network keeps others out");
        }
        else if (!url.IsLoopback && !IPAddress.TryParse(url.Host.Trim('[', ']'), out _))
        {
            problems.Add(
                "Shipper:Endpoint:Url", url.ToString(), "names a host, not an address",
                "Write the address to listen on, for example http://0.0.0.0:9464");
        }
    }

    // CloudWatch API reference, PutMetricData; also what aws-embedded-metrics accepts.
    [GeneratedRegex(@"^(?=.*[^ ])[A-Za-z0-9 ._/#:-]{1,255}\z")]
    private static partial Regex Namespace();
}
