using Shipper.Foundation.Files;


namespace Shipper.LocalFirehose.Hosting;

/// <summary>Tells a parent process where the port is: the file appears complete or not at all.</summary>
internal static class UrlFile
{
    /// <summary>Writes <paramref name="url"/> and a line feed to <paramref name="path"/>, replacing what is there.</summary>
    public static void Write(string path, string url)
    {
        var full = Path.GetFullPath(path);
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(full)!);
        var half = $"{full}.{Environment.ProcessId}.new";
        using (var file = new StreamWriter(new FileStream(half, PrivateFiles.Options(FileMode.Create, FileAccess.Write, FileShare.None))))
        {
            file.Write(url + "\n");
        }

        File.Move(half, full, overwrite: true);
    }
}
