namespace Shipper.TailShipper.Commands.Shipped;

/// <summary>Whether a file is shipped; the numbers are the command's exit codes.</summary>
internal enum ShippedState
{
    /// <summary>Every byte that the file had at the look is acknowledged.</summary>
    Shipped = 0,

    /// <summary>The file is known, and some of its bytes are not acknowledged yet.</summary>
    NotYet = 1,

    /// <summary>Nobody can say.</summary>
    Unknown = 2,
}
