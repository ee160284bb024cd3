namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>Sees whether the shared AWS files changed, so that new keys in them are used without a restart, and before the old ones are refused.</summary>
/// <param name="environment">Reads an environment variable.</param>
internal sealed class CredentialFiles(Func<string, string?> environment)
{
    private readonly string[] _paths =
    [
        Path(environment("AWS_SHARED_CREDENTIALS_FILE"), "credentials"),
        Path(environment("AWS_CONFIG_FILE"), "config"),
    ];

    /// <summary>Times and sizes of the files as they are now; equal stamps mean that nothing changed.</summary>
    public (long, long, long, long) Stamp()
    {
        var (time, size) = Look(_paths[0]);
        var (otherTime, otherSize) = Look(_paths[1]);
        return (time, size, otherTime, otherSize);
    }

    private static (long Time, long Size) Look(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists ? (file.LastWriteTimeUtc.Ticks, file.Length) : (0, -1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (0, -2);
        }
    }

    private static string Path(string? named, string usual) => string.IsNullOrWhiteSpace(named)
        ? System.IO.Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", usual)
        : named;
}
