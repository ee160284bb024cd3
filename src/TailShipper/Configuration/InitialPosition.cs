namespace Shipper.TailShipper.Configuration;

/// <summary>Where the files begin that are present when a flow starts for the very first time. Files that appear later always begin at their start.</summary>
internal enum InitialPosition
{
    /// <summary>Ship everything that is there.</summary>
    StartOfFile,

    /// <summary>Ship only what is written from now on.</summary>
    EndOfFile,
}
