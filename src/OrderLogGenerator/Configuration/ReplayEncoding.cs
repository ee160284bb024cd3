namespace Shipper.OrderLogGenerator.Configuration;

/// <summary>How the replayed file encodes its text.</summary>
internal enum ReplayEncoding
{
    /// <summary>UTF-8 when the whole file is valid UTF-8, else ISO-8859-1; costs one more reading of the file at the start.</summary>
    Auto,

    /// <summary>UTF-8, with or without a byte order mark.</summary>
    Utf8,

    /// <summary>ISO-8859-1.</summary>
    Latin1,
}
