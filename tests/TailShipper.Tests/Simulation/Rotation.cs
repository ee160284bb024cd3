namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>How a writer's file is rotated.</summary>
internal enum Rotation
{
    RenameNumbered,
    RenameDated,
    CopyTruncate,
    CopyTruncateElsewhere,
    TruncateInPlace,
    TruncateAndRewrite,
    DeleteAndRecreate,
    CopyBeside,
}
