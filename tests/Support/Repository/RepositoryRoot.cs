namespace Shipper.TestSupport;

/// <summary>The root of the repository, in which the tests were built.</summary>
internal static class RepositoryRoot
{
    /// <summary>Its full path.</summary>
    /// <exception cref="InvalidOperationException">The tests do not run where they were built.</exception>
    public static string Directory => Find() ?? throw new InvalidOperationException("Shipper.sln is not above the tests");

    /// <summary>Its full path; null where the tests do not run where they were built.</summary>
    public static string? Find()
    {
        var directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Join(directory, "Shipper.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory;
    }
}
