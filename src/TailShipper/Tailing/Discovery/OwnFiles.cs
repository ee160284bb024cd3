using System.Buffers;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>
/// The files that the shipper itself writes: shipping them would make more of them, without end. They are left out whatever a pattern says.
/// </summary>
/// <param name="directories">Directories that are all its own, as absolute paths.</param>
/// <param name="logs">Log files, as absolute paths; those that they are rolled to have digits between name and extension.</param>
internal sealed class OwnFiles(IReadOnlyList<string> directories, IReadOnlyList<string> logs)
{
    private static readonly SearchValues<char> Rolled = SearchValues.Create("0123456789_");

    /// <summary>Where they are: for finding them behind links.</summary>
    public IReadOnlyList<string> Directories { get; } =
        [.. directories.Concat(logs.Select(log => Path.GetDirectoryName(log) ?? "/")).Select(Slashes).Distinct(StringComparer.Ordinal)];

    /// <summary>Those of a service with <paramref name="options"/>: its state directory, with the dead letters, and both logs.</summary>
    public static OwnFiles Of(ShipperOptions options) => new(
        [ShipperDirectories.State(options)],
        [.. new[] { ShipperDirectories.RollingLog(options), ShipperDirectories.MetricsLog(options) }.OfType<string>()]);

    /// <summary>True for one of the files, or a directory of them.</summary>
    public bool Holds(string path) =>
        directories.Any(own => IsIn(path, Slashes(own))) || logs.Any(log => IsRolled(path, Slashes(log)));

    private static bool IsIn(string path, string directory) => path.StartsWith(directory, StringComparison.Ordinal)
        && (path.Length == directory.Length || path[directory.Length] == '/');

    private static bool IsRolled(string path, string log)
    {
        var extension = Path.GetExtension(log);
        var stem = log[..^extension.Length];
        return path.StartsWith(stem, StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal)
            && path.Length >= log.Length && !path[stem.Length..^extension.Length].AsSpan().ContainsAnyExcept(Rolled);
    }

    private static string Slashes(string path) => path.Replace('\\', '/').TrimEnd('/');
}
