namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>What a process asks of the disk.</summary>
internal enum DiskOperation
{
    Look,
    Open,
    List,
    Stat,
    Read,
}
