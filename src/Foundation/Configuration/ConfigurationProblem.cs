namespace Shipper.Foundation.Configuration;

/// <summary>One thing that is wrong with the configuration, worded so that the reader knows what to write instead.</summary>
/// <param name="Key">The full key, with colons, for example <c>Shipper:Flows:0:Paths</c>.</param>
/// <param name="Value">The value as configured; null when the key is absent.</param>
/// <param name="Reason">Why it cannot be used.</param>
/// <param name="Fix">What to write instead.</param>
internal sealed record ConfigurationProblem(string Key, string? Value, string Reason, string Fix)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Key}{(Value is null ? "" : $" = \"{Value}\"")}: {Reason}. {Fix}{(Fix.EndsWith('?') ? "" : ".")}";
}
