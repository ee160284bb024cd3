using System.Text.RegularExpressions;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Wire;

/// <summary>The ARN of a stream, in its parts.</summary>
/// <param name="Kind">The service whose stream it is.</param>
/// <param name="Region">For example <c>eu-west-1</c>.</param>
/// <param name="Account">Twelve digits.</param>
/// <param name="Name">The stream's name.</param>
internal sealed partial record StreamArn(DestinationKind Kind, string Region, string Account, string Name)
{
    /// <summary>Whether <paramref name="text"/> is meant to be an ARN of anything.</summary>
    public static bool IsArn(string text) => text.StartsWith("arn:", StringComparison.Ordinal);

    /// <summary>The parts of the ARN of a Kinesis or a delivery stream; null for anything else.</summary>
    public static StreamArn? Parse(string text)
    {
        var match = Form().Match(text);
        return match.Success && (match.Groups["service"].Value == AwsEndpoint.Firehose) == (match.Groups["type"].Value == "deliverystream")
            ? new StreamArn(
                match.Groups["service"].Value == AwsEndpoint.Firehose ? DestinationKind.Firehose : DestinationKind.Kinesis,
                match.Groups["region"].Value, match.Groups["account"].Value, match.Groups["name"].Value)
            : null;
    }

    [GeneratedRegex(
        @"^arn:aws[a-z-]*:(?<service>firehose|kinesis):(?<region>[a-z0-9-]+):(?<account>[0-9]{12}):"
        + @"(?<type>deliverystream|stream)/(?<name>[a-zA-Z0-9_.-]{1,128})\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
