namespace Shipper.LocalFirehose.Admin;

/// <summary>Why an admin call was refused.</summary>
/// <param name="Problems">Every reason.</param>
internal sealed record AdminProblem(string[] Problems);
