using System.Text.Json;
using Shipper.Foundation.Files;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>What a command says before its answer: which configuration it judges by, and whether the running service has another.</summary>
internal static class Heading
{
    /// <summary>The first line.</summary>
    public static string Line(ConfigurationInUse configuration) => $"Configuration: {configuration}";

    /// <summary>Prints the first line, and a warning where a service runs with other settings; asks the service.</summary>
    public static async Task WriteAsync(ShipperSetup setup, TextWriter output, CancellationToken cancellation)
    {
        await output.ShowLineAsync(Line(setup.InUse));
        if (await DifferenceAsync(setup, cancellation) is { } difference)
        {
            await output.ShowLineAsync("WARNING: " + difference);
        }
    }

    /// <summary>The same as members of a JSON object.</summary>
    /// <param name="setup">What was found.</param>
    /// <param name="difference">What <see cref="DifferenceAsync"/> says.</param>
    /// <param name="json">Takes the members.</param>
    public static void Write(ShipperSetup setup, string? difference, Utf8JsonWriter json)
    {
        json.WriteStrings("configuration_files", setup.InUse.Files);
        json.WriteString("configuration_origin", setup.InUse.Origin);
        if (difference is not null)
        {
            json.WriteString("warning", difference);
        }
    }

    /// <summary>As <see cref="Difference"/>, of the service that runs; null also where none does, or it cannot be asked.</summary>
    public static async Task<string?> DifferenceAsync(ShipperSetup setup, CancellationToken cancellation)
    {
        try
        {
            using var client = EndpointClient.For(setup.Options);
            var (status, text) = await client.AskAsync(HttpMethod.Get, "status?files=0", cancellation);
            return status == 200 ? Difference(setup.InUse, StatusJson.Read(text).Service) : null;
        }
        catch (Exception exception) when (exception is EndpointUnavailableException or JsonException || exception.IsDiskError())
        {
            return null;
        }
    }

    /// <summary>Why this user may not ask the service; null when that is allowed, also where none runs.</summary>
    public static async Task<string?> ForbiddenAsync(ShipperSetup setup, CancellationToken cancellation)
    {
        try
        {
            using var client = EndpointClient.For(setup.Options);
            await client.AskAsync(HttpMethod.Get, "readyz", cancellation);
            return null;
        }
        catch (EndpointUnavailableException exception)
        {
            return exception.IsForbidden ? exception.Message : null;
        }
    }

    /// <summary>Says that a service runs with other settings than those that were found; null when it does not.</summary>
    /// <param name="found">What the command found.</param>
    /// <param name="service">The service; null where none runs.</param>
    public static string? Difference(ConfigurationInUse found, ServiceStatus? service) =>
        service?.ConfigurationDigest is { } digest && digest != found.Digest
            ? $"the service that runs (process {service.Pid}) has other settings, read from "
            + $"{(service.ConfigurationFiles.Count == 0 ? "no file" : string.Join(", ", service.ConfigurationFiles))}. This is said by the "
            + "files above. If they were changed, reload the service (systemctl reload tailshipper) or restart it; else name its files "
            + "with --config"
            : null;
}
