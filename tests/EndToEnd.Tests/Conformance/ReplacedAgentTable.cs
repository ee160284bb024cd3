namespace Shipper.EndToEnd.Tests.Conformance;

/// <summary>What was measured of aws-kinesis-agent 2.0.x, with its own code against a local sink, and how each is played again.</summary>
internal static class ReplacedAgentTable
{
    /// <summary>The rows; the last of the measured ones is two here, one for each style.</summary>
    public static IReadOnlyList<ReplacedAgentRow> Rows { get; } =
    [
        new("8 files written at once under one pattern", 19_225, 1_966, 36_849, SteadyWriting.EightFilesAsync),
        new("4 files always written together", 784, 588, 0, SteadyWriting.FourFilesTogetherAsync),
        new("3 files present at the start, one append each, a restart", 33, 22, 0, Stops.ThreeFilesAndRestartAsync),
        new("rename rotation, the pattern names the exact file", 19_564, 37, 0, scene => SteadyWriting.RenameAsync(scene, "app.log")),
        new("copytruncate into another folder", 19_565, 38, 0, SteadyWriting.CopyElsewhereAsync),
        new("a late line to the rotated file, 3 times", 70, 0, 68, Replacements.LateLinesAsync),
        new("truncated and rewritten at once", 1_101, 478, 0, Replacements.RewrittenAsync),
        new("rotated file without final newline", 3, 1, 0, Replacements.NoFinalNewlineAsync),
        new("an outage, then the current file deleted and made again", 5_001, 4_849, 0, Replacements.DeletedInOutageAsync),
        new("rotated and deleted while the agent was down", 5, 3, 0, Stops.DeletedWhileDownAsync, Unreadable: 3),
        new("one failed batch, later ones succeed, then SIGTERM", 31, 5, 0, Stops.FailedBatchAsync),
        new("10 buffered lines at SIGTERM", 10, 10, 0, Stops.BufferedLinesAsync),
        new("a single file, pattern `app.log*`, rename", 19_564, 0, 0, scene => SteadyWriting.RenameAsync(scene, "app.log*")),
        new("a single file, pattern `app.log*`, copytruncate", 19_564, 0, 0, SteadyWriting.CopyTruncateAsync),
    ];
}
