namespace Shipper.LocalFirehose.Admin;

/// <summary>The answer to <c>GET /admin/health</c>.</summary>
/// <param name="Status">Always <c>ok</c>: a process that can answer is healthy.</param>
/// <param name="Streams">How many streams there are.</param>
/// <param name="Outage">True while a configured outage lasts.</param>
internal sealed record HealthAnswer(string Status, int Streams, bool Outage);
