namespace Shipper.TailShipper.Configuration;

/// <summary>How much room dead letters take, those of all flows together.</summary>
internal sealed class DeadLettersOptions
{
    /// <summary>A file of dead letters takes no further one past this many bytes. 65,536 to 1 GiB; default 64 MiB.</summary>
    public long MaxFileBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Bytes of all files of dead letters. At least MaxFileBytes, or 0 for no limit; default 1 GiB.</summary>
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>What happens when there are so many. Default Wait: nothing is ever dropped.</summary>
    public FullPolicy WhenFull { get; set; } = FullPolicy.Wait;
}
