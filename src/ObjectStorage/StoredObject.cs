namespace Shipper.ObjectStorage;

/// <summary>An object as a listing shows it.</summary>
/// <param name="Name">Its key; below a directory the path with slashes.</param>
/// <param name="Size">Its size in bytes, as stored.</param>
/// <param name="Modified">When it was last written, in microseconds since 1970 in UTC.</param>
/// <param name="ETag">What the store says about its content; null where it says nothing.</param>
internal sealed record StoredObject(string Name, long Size, long Modified, string? ETag = null);

/// <summary>Where objects are.</summary>
internal interface IObjectStore
{
    /// <summary>How messages name it.</summary>
    string DisplayName { get; }

    /// <summary>All objects, sorted by name.</summary>
    /// <exception cref="ObjectStoreException">The store cannot be listed; the message says why and what to do.</exception>
    Task<IReadOnlyList<StoredObject>> ListAsync(CancellationToken stopping);

    /// <summary>Opens an object as it is stored.</summary>
    /// <exception cref="IOException">It is gone or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    Task<Stream> OpenAsync(StoredObject item, CancellationToken stopping);
}

/// <summary>The objects cannot be listed. The message has thing, reason and fix.</summary>
/// <param name="message">What is wrong and what to do.</param>
internal sealed class ObjectStoreException(string message) : Exception(message);
