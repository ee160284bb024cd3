namespace Shipper.OrderLogGenerator.Configuration;

/// <summary>How a full file makes room for the next.</summary>
internal enum RotationMode
{
    /// <summary>A new file with a new timestamp in its name.</summary>
    NewFile,

    /// <summary><c>name.log</c> becomes <c>name.log.1</c>, which becomes <c>name.log.2</c>, and so on.</summary>
    Rename,

    /// <summary>As Rename, but the content is copied and the file, still open, is emptied.</summary>
    CopyTruncate,
}
