namespace Shipper.TailShipper.Tests.Support;

/// <summary>Files of the repository that the code is held against.</summary>
internal static class RepositoryFiles
{
    /// <summary>The text of a file, by its path from the repository's root.</summary>
    public static string Read(string path)
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Join(directory, "Shipper.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("Shipper.sln is not above the tests");
        }

        return File.ReadAllText(Path.Join(directory, path));
    }
}
