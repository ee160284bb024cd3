namespace Shipper.TailShipper.Commands.Explain;

/// <summary>One thing that keeps a file, or the rest of it, from being acknowledged.</summary>
/// <param name="Code">For programs; see docs/operations.md.</param>
/// <param name="Text">For people, with what to do.</param>
internal sealed record ExplainedBlock(string Code, string Text);
