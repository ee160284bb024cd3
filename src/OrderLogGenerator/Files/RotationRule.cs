namespace Shipper.OrderLogGenerator.Files;

/// <summary>Decides whether a file is full and how much of a batch still fits. Does no I/O.</summary>
/// <param name="MaxBytes">Maximum size of a file in bytes; 0 for no limit.</param>
/// <param name="Interval">How long lines are written to one file; zero for no limit.</param>
internal readonly record struct RotationRule(long MaxBytes, TimeSpan Interval)
{
    /// <summary>Creates the rule from the options.</summary>
    public static RotationRule From(RotationOptions options) => new(options.MaxBytes, options.Interval);

    /// <summary>
    /// How many bytes of <paramref name="lines"/> (one or more whole lines) still fit into a file of
    /// <paramref name="length"/> bytes and <paramref name="age"/>. 0 means that the file must be rotated first. An empty
    /// file takes at least one line, however long it is.
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
