namespace Shipper.EndToEnd.Tests.Force;

/// <summary>One way in which logrotate works on a log while its shipper is killed.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Directives">For logrotate, a line each.</param>
/// <param name="Writer">What the writer does meanwhile.</param>
/// <param name="Waits">What a rotation waits for.</param>
internal sealed record ForceScenario(string Name, string Directives, WriterConduct Writer, RotationWait Waits = RotationWait.Nothing)
{
    // Unique even for several rotations in one day, which is what logrotate's own default is made for.
    private const string Dated = "dateext\n  dateformat -%Y%m%d-%s";

    /// <summary>
    /// Each rotation style. A file that comes and is gzipped between two lives was never seen: nobody can know it, so those rotations
    /// wait until it was.
    /// </summary>
    public static IReadOnlyList<ForceScenario> All { get; } =
    [
        new("create", "create", WriterConduct.GoesOn),
        new("dateext", "create\n  " + Dated, WriterConduct.GoesOn, RotationWait.NextSecond),
        new("copytruncate", "copytruncate", WriterConduct.Pauses),
        new("copytruncate-dateext", "copytruncate\n  " + Dated, WriterConduct.Pauses, RotationWait.NextSecond),
        new("delaycompress", "create\n  compress\n  delaycompress", WriterConduct.GoesOn, RotationWait.Tailed),
        new("compress", "create\n  compress", WriterConduct.GoesOn, RotationWait.Tailed),
    ];
}
