namespace Shipper.ObjectStorage;

/// <summary>Opens a place by its name: a directory, or <c>s3://bucket/prefix</c>.</summary>
internal static class ObjectStores
{
    /// <summary>Opens it. Nothing is read before the first listing.</summary>
    /// <param name="place">The directory or <c>s3://bucket/prefix</c>.</param>
    /// <param name="access">How to reach S3.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ObjectStoreException">It cannot be opened; the message says why and what to do.</exception>
    public static IObjectStore Open(string place, S3Access access, TimeProvider time)
    {
        if (!S3Location.IsS3(place))
        {
            return new DirectoryStore(place);
        }

        var location = S3Location.Parse(place, out var problem);
        return location is null ? throw new ObjectStoreException(problem!) : S3Store.Connect(location, access, time);
    }
}
