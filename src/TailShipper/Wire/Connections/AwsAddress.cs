using Shipper.TailShipper.Configuration;


namespace Shipper.TailShipper.Wire.Connections;

/// <summary>An address of one's own in place of the region's endpoint, and the setting that names it.</summary>
/// <param name="Url">The address.</param>
/// <param name="Setting">The key or the variable.</param>
internal sealed record AwsAddress(Uri Url, string Setting)
{
    private static readonly string[] Schemes = ["http", "https"];

    /// <summary>
    /// The first of: the key for the service, <c>AWS_ENDPOINT_URL_SERVICE</c>, <c>AWS_ENDPOINT_URL</c>; the variables only
    /// while AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is not true (AWS SDKs and Tools Reference Guide, service-specific
    /// endpoints). Null for the region's own. The endpoint_url of profiles is not looked at.
    /// </summary>
    /// <exception cref="FormatException">A variable is no address; the message says which.</exception>
    public static AwsAddress? Configured(AwsOptions options, string service, Func<string, string?> environment)
    {
        var kinesis = service == ServiceOperation.PutRecords.Service;
        if ((kinesis ? options.KinesisServiceUrl : options.ServiceUrl) is { } own)
        {
            return new AwsAddress(own, $"Shipper:Aws:{(kinesis ? nameof(AwsOptions.KinesisServiceUrl) : nameof(AwsOptions.ServiceUrl))}");
        }

        if (IsTrue(environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")))
        {
            return null;
        }

        foreach (var variable in (ReadOnlySpan<string>)[$"AWS_ENDPOINT_URL_{service.ToUpperInvariant()}", "AWS_ENDPOINT_URL"])
        {
            if (environment(variable) is { } text && !string.IsNullOrWhiteSpace(text))
            {
                return Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && Schemes.Contains(url.Scheme)
                    ? new AwsAddress(url, variable)
                    : throw new FormatException($"{variable} is not an http or https address");
            }
        }

        return null;
    }

    /// <summary>How AWS's tools read a switch in the environment.</summary>
    public static bool IsTrue(string? value) => string.Equals(value?.Trim(), "true", StringComparison.OrdinalIgnoreCase);
}
