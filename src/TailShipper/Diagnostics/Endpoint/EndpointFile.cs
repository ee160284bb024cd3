using System.Text;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>
/// Where the running service can be asked, written into its state directory: a command line does not have the variables that systemd gave
/// the service.
/// </summary>
internal static class EndpointFile
{
    private const string Name = "endpoint";
    private const int MaxBytes = 4096;

    /// <summary>Writes the address.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public static void Write(ShipperOptions options, string address)
    {
        State(options).WriteAtomically(Name, Encoding.UTF8.GetBytes(address + "\n"));
    }

    /// <summary>Where to ask: as configured, as the running service wrote, or the default; null when it is turned off.</summary>
    /// <exception cref="UnauthorizedAccessException">The state directory may not be read.</exception>
    public static string? Find(ShipperOptions options)
    {
        if (!string.IsNullOrEmpty(options.Endpoint.Socket))
        {
            return options.Endpoint.Socket;
        }

        try
        {
            var written = Encoding.UTF8.GetString(State(options).Read(Name, MaxBytes)).Trim();
            if (IsAddress(written))
            {
                return written;
            }
        }
        catch (IOException)
        {
            // None was written yet.
        }

        return ShipperDirectories.Socket(options) ?? options.Endpoint.Url?.ToString();
    }

    /// <summary>Takes the address away.</summary>
    public static void Remove(ShipperOptions options)
    {
        try
        {
            State(options).Delete(Name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever asks there finds out.
        }
    }

    /// <summary>Where the address is written.</summary>
    public static string PathIn(ShipperOptions options) => Path.Join(ShipperDirectories.State(options), Name);

    // Root asks where the service's account has written: a socket, or this machine.
    private static bool IsAddress(string text) =>
        Path.IsPathFullyQualified(text) || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == "http" && url.IsLoopback);

    private static PhysicalStateDirectory State(ShipperOptions options) => new(ShipperDirectories.State(options));
}
