namespace Shipper.ObjectStorage;

/// <summary>Where objects are in S3.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Prefix">What keys begin with: empty, or ending with a slash unless it was written with an asterisk.</param>
internal sealed record S3Location(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";

    /// <summary>Whether a text means S3, and no directory.</summary>
    public static bool IsS3(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Reads <c>s3://bucket/prefix</c>. The prefix is a folder: <c>orders</c> does not mean keys that begin with <c>orders-old/</c>. An
    /// asterisk at its end means every key that begins so.
    /// </summary>
    /// <returns>Null, and what is wrong and how to write it, where it cannot be used.</returns>
    public static S3Location? Parse(string text, out string? problem)
    {
        var rest = text[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (bucket, prefix) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        problem = bucket.Length is < 3 or > 63 || !bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-')
            ? $"{text}: \"{bucket}\" is no name of a bucket (3 to 63 of a-z, 0-9, dot, dash); write s3://bucket or s3://bucket/prefix"
            : null;
        return problem is not null ? null
            : prefix.EndsWith('*') ? new S3Location(bucket, prefix[..^1])
            : new S3Location(bucket, prefix.Length == 0 || prefix.EndsWith('/') ? prefix : prefix + "/");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}{Bucket}/{Prefix}";
}
