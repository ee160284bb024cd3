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

/// <summary>What to do when dead letters take all the room that they may. Files of which every letter was resent make room either way.</summary>
internal enum FullPolicy
{
    /// <summary>What cannot be set aside does not settle: it waits, and what follows in its file too, until someone makes room.</summary>
    Wait,

    /// <summary>The oldest file goes, with an error in the log and a count of the letters that nobody resent.</summary>
    RemoveOldest,
}
