using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Configuration;

/// <summary>How much space the dead letters of all flows together may take.</summary>
internal sealed class DeadLettersOptions : IOptionSection
{
    /// <summary>Size in bytes at which a new file of dead letters is begun.</summary>
    public long MaxFileBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Bytes of all files of dead letters; 0 for no limit.</summary>
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>
    /// Bytes of the files of one flow, so that the trouble of one does not stop the others. 0: an equal share of <see cref="MaxBytes"/>.
    /// </summary>
    public long MaxBytesPerFlow { get; set; }

    /// <summary>What happens at <see cref="MaxBytes"/>.</summary>
    public FullPolicy WhenFull { get; set; } = FullPolicy.Wait;

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<DeadLettersOptions> Table = new OptionTable<DeadLettersOptions>()
        .Value(nameof(MaxFileBytes), options => options.MaxFileBytes, (options, value) => options.MaxFileBytes = value,
            new("65536", "1073741824"))
        .Value(nameof(MaxBytes), options => options.MaxBytes, (options, value) => options.MaxBytes = value,
            new(nameof(MaxFileBytes)) { OrZero = true })
        .Value(nameof(MaxBytesPerFlow), options => options.MaxBytesPerFlow, (options, value) => options.MaxBytesPerFlow = value,
            new(nameof(MaxFileBytes)) { OrZero = true })
        .Value(nameof(WhenFull), options => options.WhenFull, (options, value) => options.WhenFull = value);

    OptionTable IOptionSection.Settings => Table;
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
