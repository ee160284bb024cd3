namespace Shipper.EndToEnd.Tests.Support;

/// <summary>A directory of one test's own, removed with everything in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("shipper-e2e-").FullName;

    public string Path { get; }

    /// <summary>A path below it.</summary>
    public string At(string relative) => System.IO.Path.Join(Path, relative);

    /// <summary>A directory below it, created.</summary>
    public string Make(string relative) => Directory.CreateDirectory(At(relative)).FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that is just ending may still create a file; what stays is in the temporary directory.
        }
    }
}
