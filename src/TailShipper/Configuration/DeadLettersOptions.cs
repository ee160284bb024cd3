using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Configuration;

/// <summary>How much space the dead letters of all flows together may take.</summary>
internal sealed class DeadLettersOptions
{
    /// <summary>Size in bytes at which a new file of dead letters is begun.</summary>
    [Bounds("65536", "1073741824")]
    public long MaxFileBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Bytes of all files of dead letters; 0 for no limit.</summary>
    [Bounds(nameof(MaxFileBytes), OrZero = true)]
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>
    /// Bytes of the files of one flow, so that the trouble of one does not stop the others. 0: an equal share of <see cref="MaxBytes"/>.
    /// </summary>
    [Bounds(nameof(MaxFileBytes), OrZero = true)]
    public long MaxBytesPerFlow { get; set; }

    /// <summary>What happens at <see cref="MaxBytes"/>.</summary>
    public FullPolicy WhenFull { get; set; } = FullPolicy.Wait;
}

/// <summary>
/// What to do at the limit of space for dead letters. Files whose dead letters were all resent are removed in either case.
/// </summary>
internal enum FullPolicy
{
    /// <summary>
    /// Nothing is dropped: a record that should become a dead letter stays in flight, and what follows it in its file waits too, until
    /// there is space.
    /// </summary>
    Wait,

    /// <summary>The oldest file is removed, with an error in the log and a count of the dead letters that were never resent.</summary>
    RemoveOldest,
}
