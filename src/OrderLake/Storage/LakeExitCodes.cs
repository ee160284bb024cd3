namespace Shipper.OrderLake.Storage;

/// <summary>Exit codes that only this program has; their numbers are those of sysexits.h.</summary>
internal static class LakeExitCodes
{
    /// <summary>The run is committed, but some objects are damaged, gone or changed; the output names them (EX_DATAERR).</summary>
    public const int DamagedObjects = 65;

    /// <summary>There is no such directory or bucket of raw objects, or it cannot be listed (EX_NOINPUT).</summary>
    public const int NoInput = 66;

    /// <summary>The lake cannot be created or written here (EX_CANTCREAT).</summary>
    public const int CannotCreate = 73;

    /// <summary>The disk failed or is full; nothing of the run is committed (EX_IOERR).</summary>
    public const int DiskFailure = 74;
}
