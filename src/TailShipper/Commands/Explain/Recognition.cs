using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Tailing.Identity;


namespace Shipper.TailShipper.Commands.Explain;

/// <summary>What the journal says of one file.</summary>
/// <param name="Kind">How sure it is.</param>
/// <param name="Stream">The stream meant; null for <see cref="RecognitionKind.None"/> and <see cref="RecognitionKind.Ambiguous"/>.</param>
/// <param name="Verdict">What a file with the stream's inode is to it.</param>
internal readonly record struct Recognition(RecognitionKind Kind, StreamCheckpoint? Stream = null, FileVerdict Verdict = FileVerdict.Same)
{
    /// <summary>True when the file is this stream beyond the doubt that fingerprints leave.</summary>
    public bool IsSure => Kind is RecognitionKind.ByInode or RecognitionKind.ByContent;
}
