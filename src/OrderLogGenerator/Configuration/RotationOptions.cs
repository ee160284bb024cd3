namespace Shipper.OrderLogGenerator.Configuration;

/// <summary>When a log file is full, and what happens then.</summary>
internal sealed class RotationOptions
{
    /// <summary>A file never grows beyond this many bytes (one longer line apart); 0 for no bound.</summary>
    public long MaxBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>A file takes lines for no longer than this; zero for no bound.</summary>
    public TimeSpan Interval { get; set; }

    /// <summary>How the next file comes about.</summary>
    public RotationMode Mode { get; set; } = RotationMode.NewFile;

    /// <summary>Rotated files to keep for each file written; 0 keeps all.</summary>
    public int Keep { get; set; }
}
