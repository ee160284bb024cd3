using System.Runtime.CompilerServices;
using Shipper.Foundation.Files;

namespace Shipper.ObjectStorage;

/// <summary>
/// Objects in a directory laid out like a bucket. As Hive, Spark and Athena do, names that begin with a dot or an underscore are left
/// out, be it of a file or of a directory.
/// </summary>
internal sealed class DirectoryStore(string directory) : IObjectStore
{
    private readonly string _root = Path.GetFullPath(directory);

    /// <inheritdoc/>
    public string DisplayName => _root;

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredObject>> ListAsync(CancellationToken stopping)
    {
        if (File.Exists(_root))
        {
            throw new ObjectStoreException($"{_root} is a file; name the directory that has the objects");
        }

        if (!Directory.Exists(_root))
        {
            throw new ObjectStoreException($"{_root} does not exist; name the directory that has the objects");
        }

        try
        {
            var found = new List<StoredObject>();
            List(_root, "", found, stopping);
            found.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
            return Task.FromResult<IReadOnlyList<StoredObject>>(found);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            throw new ObjectStoreException($"{_root} cannot be listed ({exception.Message}); allow this user to read it");
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(StoredObject item, CancellationToken stopping) =>
        Task.FromResult<Stream>(SafeFiles.OpenToRead(Path.Join(_root, item.Name), followLinks: true));

    private static void List(string directory, string prefix, List<StoredObject> found, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (entry.Name[0] is '.' or '_')
            {
                continue;
            }

            if (entry is DirectoryInfo)
            {
                if (entry.LinkTarget is null) // a link to a directory may lead into a circle
                {
                    List(entry.FullName, $"{prefix}{entry.Name}/", found, stopping);
                }
            }
            else if (Describe((FileInfo)entry, prefix) is { } described)
            {
                found.Add(described);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static StoredObject? Describe(FileInfo file, string prefix)
    {
        try
        {
            var written = file.LastWriteTimeUtc - DateTime.UnixEpoch;
            return new StoredObject(prefix + file.Name, file.Length, (long)written.TotalMicroseconds);
        }
        catch (FileNotFoundException)
        {
            return null; // deleted since the directory was read
        }
    }
}
