namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>What a process asks of the disk.</summary>
internal enum DiskOperation
{
    PathStat,
    Open,
    List,
    Stat,
    Read,
}
