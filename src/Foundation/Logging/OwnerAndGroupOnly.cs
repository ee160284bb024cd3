using System.Text;
using Serilog.Sinks.File;

namespace Shipper.Foundation.Logging;

/// <summary>Gives each log file mode 0640 as it is opened.</summary>
internal sealed class OwnerAndGroupOnly : FileLifecycleHooks
{
    /// <inheritdoc/>
    public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Files.PrivateFiles.FileMode);
        }

        return underlyingStream;
    }
}
