using Shipper.Foundation.Files;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>
/// Checks whether files can be created in a directory by creating one: too many things decide on it to evaluate them all.
/// </summary>
internal static class WritableDirectory
{
    /// <summary>
    /// Why files cannot be created in <paramref name="path"/>; null when they can. A missing directory that may be created
    /// is not created; its nearest existing parent is checked instead.
    /// </summary>
    public static string? FindProblem(string path, bool mayCreate)
    {
        var nearest = Path.GetFullPath(path);
        if (!Directory.Exists(nearest) && !Path.Exists(nearest) && !mayCreate)
        {
            return "does not exist, and CreateDirectory is false";
        }

        while (!Path.Exists(nearest) && Path.GetDirectoryName(nearest) is { } parent)
        {
            nearest = parent;
        }

        if (!Directory.Exists(nearest))
        {
            return nearest == Path.GetFullPath(path) ? "is a file, not a directory" : $"cannot be created, because {nearest} is a file";
        }

        try
        {
            SafeFiles.Probe(nearest);
            return null;
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return $"is not writable ({exception.Message})";
        }
    }
}
