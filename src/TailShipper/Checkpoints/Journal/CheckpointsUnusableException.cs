using Shipper.Foundation.Hosting;


namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Checkpoints exist but none can be trusted or read. The shipper refuses to start: starting without them would send
/// every file again from its first byte. The message names file, reason and what to do.
/// </summary>
internal sealed class CheckpointsUnusableException(string message, Exception? inner = null)
    : StartRefusedException(message, ExitCodes.Configuration, inner);
