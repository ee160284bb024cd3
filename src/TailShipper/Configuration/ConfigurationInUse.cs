namespace Shipper.TailShipper.Configuration;

/// <summary>Where settings come from, and what distinguishes them from others.</summary>
/// <param name="Files">The files, weakest first; empty where environment and command line say everything.</param>
/// <param name="Origin">What named the files, for people.</param>
/// <param name="Digest">The same for the same settings, wherever they are written; see <c>ShipperSetup</c>.</param>
internal sealed record ConfigurationInUse(IReadOnlyList<string> Files, string Origin, string Digest)
{
    /// <summary>Of settings that no file has.</summary>
    public static readonly ConfigurationInUse None = new([], "environment and --set", "");

    /// <summary>The files for people, and what named them.</summary>
    public override string ToString() =>
        Files.Count == 0 ? $"no file, only {Origin}" : $"{string.Join(", ", Files)} ({Origin})";
}
