using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Configuration;

/// <summary>One entry of <c>LocalFirehose:Streams</c>.</summary>
internal sealed class StreamOptions
{
    /// <summary>The stream's name; <c>[a-zA-Z0-9_.-]{1,64}</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The bucket's name, not its ARN; a directory of this name appears under <c>s3/</c>.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>The object prefix, with or without expressions.</summary>
    public string? Prefix { get; set; }

    /// <summary>The error prefix; required when <see cref="Prefix"/> holds an expression.</summary>
    public string? ErrorOutputPrefix { get; set; }

    /// <summary>How objects are written.</summary>
    public Compression Compression { get; set; } = Compression.Uncompressed;

    /// <summary>Bytes before compression that fill an object, in MiB; 1–128.</summary>
    public int BufferSizeMiB { get; set; } = Limits.DefaultBufferSizeMiB;

    /// <summary>Age of an object's first record that closes the object, in seconds; 0–900.</summary>
    public int BufferSeconds { get; set; } = Limits.DefaultBufferSeconds;
}
