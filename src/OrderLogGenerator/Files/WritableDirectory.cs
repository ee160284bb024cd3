using System.Globalization;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>Finds out whether files can be made in a directory by making one, since permissions have too many sources to be read.</summary>
internal static class WritableDirectory
{
    /// <summary>
    /// Why files cannot be made in <paramref name="path"/>; null when they can. A directory that is missing and may be
    /// created is judged by the nearest one above it, and not created.
    /// </summary>
    public static string? Obstacle(string path, bool mayCreate)
    {
        var nearest = Path.GetFullPath(path);
        if (!Directory.Exists(nearest) && !Path.Exists(nearest) && !mayCreate)
        {
            return "does not exist, and CreateDirectory is false";
        }

        while (!Path.Exists(nearest) && Path.GetDirectoryName(nearest) is { } above)
        {
            nearest = above;
        }

        if (!Directory.Exists(nearest))
        {
            return nearest == Path.GetFullPath(path) ? "is a file, not a directory" : $"cannot be created, because {nearest} is a file";
        }

        var probe = Path.Combine(nearest, string.Create(CultureInfo.InvariantCulture, $".order-log-generator-{Environment.ProcessId}.probe"));
        try
        {
            using (new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose))
            {
                return null;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"is not writable ({exception.Message})";
        }
    }
}
