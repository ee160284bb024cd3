using System.Globalization;
using System.Text;

namespace Shipper.TailShipper.Configuration;

/// <summary>How long the path of a Unix socket may be.</summary>
internal static class SocketPath
{
    private const int MostBytes = 107; // sun_path of unix(7) with its NUL; the same on Windows

    /// <summary>Why no socket can be at a path, as the end of a sentence; null where one can.</summary>
    public static string? Problem(string path) => Encoding.UTF8.GetByteCount(path) is > MostBytes and var bytes
        ? string.Create(CultureInfo.InvariantCulture, $"is {bytes} bytes long, and a Unix socket's path has at most {MostBytes}")
        : null;
}
