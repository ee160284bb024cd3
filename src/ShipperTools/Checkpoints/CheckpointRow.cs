using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.Foundation.Hosting;

namespace Shipper.ShipperTools.Checkpoints;

/// <summary>A row of the table FILE_CHECKPOINTS. What the table holds in another form than expected is null.</summary>
/// <param name="Flow">The flow's id there: <c>fh:STREAM:PATTERN</c> or <c>kinesis:STREAM:PATTERN</c>.</param>
/// <param name="Path">Where the file was.</param>
/// <param name="FileId">Its device and inode: <c>(dev=HEX,ino=DECIMAL)</c>.</param>
/// <param name="LastModifiedMs">When the file was written last, as of the last listing, in milliseconds since 1970.</param>
/// <param name="Size">Its length as of the last listing, in bytes. It may be less than the offset.</param>
/// <param name="Offset">The byte after the last record that was sent.</param>
/// <param name="LastUpdated">When the row was written: text in UTC, such as <c>2026-11-28 13:44:18.955</c>.</param>
internal sealed record CheckpointRow(
    string? Flow, string? Path, string? FileId, long? LastModifiedMs, long? Size, long? Offset, string? LastUpdated);

/// <summary>Its JSON form, one object a line.</summary>
[JsonSerializable(typeof(CheckpointRow))]
internal sealed partial class CheckpointRowJson : JsonSerializerContext
{
    /// <summary>As <see cref="OutputJson"/> has it.</summary>
    public static CheckpointRowJson Output { get; } = new(new JsonSerializerOptions(OutputJson.Options));
}
