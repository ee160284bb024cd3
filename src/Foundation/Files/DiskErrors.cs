namespace Shipper.Foundation.Files;

/// <summary>Tells failures of a disk, a mount or its permissions from bugs.</summary>
internal static class DiskErrors
{
    /// <summary>
    /// True for what the file APIs throw when the disk or the permissions fail; for a filter: <c>catch (…) when
    /// (exception.IsDiskError())</c>.
    /// </summary>
    public static bool IsDiskError(this Exception exception) => exception is IOException or UnauthorizedAccessException;
}
