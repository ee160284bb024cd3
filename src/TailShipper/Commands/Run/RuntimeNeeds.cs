using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Tailing.FileSystem.Platform;


namespace Shipper.TailShipper.Commands.Run;

/// <summary>What the process must be given before it can promise anything.</summary>
internal static class RuntimeNeeds
{
    /// <summary>
    /// File descriptors that a service needs to start, to connect and to stop: the runtime alone takes some 170, one for
    /// each assembly, and without any left it neither loads what a stop needs nor says so.
    /// </summary>
    public const int LeastDescriptors = 256;

    /// <summary>Looks.</summary>
    /// <exception cref="StartRefusedException">Something is missing.</exception>
    public static void Check()
    {
        if (DescriptorLimit.Soft is { } limit and < LeastDescriptors)
        {
            throw new StartRefusedException(
                $"the limit on open files is {limit}, and the service needs at least {LeastDescriptors} to start, to connect and to stop. "
                + "Raise it: LimitNOFILE=65536 in the unit, or ulimit -n 65536",
                ExitCodes.Configuration);
        }
    }
}
