namespace Shipper.OrderLogGenerator.Replay;

/// <summary>Why a row cannot be used.</summary>
/// <param name="Line">The line of the file, from 1, on which the row begins.</param>
/// <param name="Reason">What is wrong with it.</param>
internal readonly record struct RowFault(long Line, string Reason);
