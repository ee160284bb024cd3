namespace Shipper.OrderLogGenerator.Files;

/// <summary>Decides, without touching anything, whether a file is full and how much of a batch still fits.</summary>
/// <param name="MaxBytes">Bytes that a file may have; 0 for no bound.</param>
/// <param name="Interval">How long a file takes lines; zero for no bound.</param>
internal readonly record struct RotationRule(long MaxBytes, TimeSpan Interval)
{
    /// <summary>The rule that the options describe.</summary>
    public static RotationRule From(RotationOptions options) => new(options.MaxBytes, options.Interval);

    /// <summary>
    /// How many of the bytes in <paramref name="lines"/>, whole lines that are not empty, go into a file of
    /// <paramref name="length"/> bytes and <paramref name="age"/>. 0 means that the file must be rotated first. An empty
    /// file takes at least one line, however long.
    /// </summary>
    public int Fits(ReadOnlySpan<byte> lines, long length, TimeSpan age)
    {
        if (length > 0 && Interval > TimeSpan.Zero && age >= Interval)
        {
            return 0;
        }

        if (MaxBytes == 0 || lines.Length <= MaxBytes - length)
        {
            return lines.Length;
        }

        var room = (int)Math.Clamp(MaxBytes - length, 0, lines.Length);
        var fitting = lines[..room].LastIndexOf((byte)'\n') + 1;
        return fitting > 0 || length > 0 ? fitting : lines.IndexOf((byte)'\n') + 1;
    }
}
