using System.Text;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>Members that are added to a record: their names, and their text for one record.</summary>
internal abstract class MemberValues
{
    /// <summary>Their names, which replace members of the record.</summary>
    public abstract byte[][] Names { get; }

    /// <summary>True when they depend only on the record and its origin.</summary>
    public virtual bool IsRepeatable => true;

    /// <summary>Adds the members, with commas between them; false where there are none to add.</summary>
    public abstract bool Write(in RecordOrigin origin, RecordBuffer output);

    /// <summary>The members of a Metadata step.</summary>
    public static MemberValues OfMetadata(ProcessingOptions options, ChainSurroundings surroundings) =>
        new Configured(options.Members, surroundings);

    /// <summary>The member of a Provenance step.</summary>
    public static MemberValues OfProvenance(ProcessingOptions options, ChainSurroundings surroundings) =>
        new Provenance(options.Member.Length > 0 ? options.Member : "$src", surroundings);

    private static byte[] JsonOf(string text)
    {
        var buffer = new RecordBuffer();
        JsonText.WriteString(buffer, Encoding.UTF8.GetBytes(text));
        return buffer.Written.ToArray();
    }

    private sealed class Configured(List<MemberOptions> members, ChainSurroundings surroundings) : MemberValues
    {
        private readonly (byte[] Name, MemberSource From, byte[]? Json)[] _members =
        [
            .. members.Select(member => (JsonText.Name(member.Name), member.From, member.From switch
            {
                MemberSource.Text => JsonOf(member.Value),
                MemberSource.Json => Encoding.UTF8.GetBytes(member.Value),
                MemberSource.HostName => JsonOf(surroundings.HostName),
                _ => null,
            })),
        ];

        private readonly PathText _path = new();

        public override byte[][] Names { get; } = [.. members.Select(member => Encoding.UTF8.GetBytes(member.Name))];

        public override bool IsRepeatable => members.TrueForAll(member => member.From != MemberSource.Time);

        public override bool Write(in RecordOrigin origin, RecordBuffer output)
        {
            for (var index = 0; index < _members.Length; index++)
            {
                var (name, from, json) = _members[index];
                if (index > 0)
                {
                    output.Write((byte)',');
                }

                output.Write(name);
                switch (from)
                {
                    case MemberSource.Path:
                        output.Write(_path.Of(origin.Path).Whole);
                        break;
                    case MemberSource.FileName:
                        output.Write(_path.Of(origin.Path).Name);
                        break;
                    case MemberSource.Offset:
                        JsonText.WriteNumber(output, origin.Offset);
                        break;
                    case MemberSource.Time:
                        TimeText.WriteUtc(output, surroundings.Time.GetUtcNow());
                        break;
                    default:
                        output.Write(json);
                        break;
                }
            }

            return true;
        }
    }

    /// <summary>A path as JSON. Records come from one file after another: the last one is remembered.</summary>
    private sealed class PathText
    {
        private string? _path;

        public byte[] Whole { get; private set; } = [];

        public byte[] Name { get; private set; } = [];

        public PathText Of(string path)
        {
            if (!ReferenceEquals(path, _path))
            {
                (_path, Whole, Name) = (path, JsonOf(path), JsonOf(Path.GetFileName(path)));
            }

            return this;
        }
    }

    private sealed class Provenance(string member, ChainSurroundings surroundings) : MemberValues
    {
        private readonly byte[] _start =
            [.. JsonText.Name(member), .. "{\"h\":"u8, .. JsonOf(surroundings.HostName), .. ",\"s\":"u8, .. JsonOf(surroundings.StateId)];

        public override byte[][] Names { get; } = [Encoding.UTF8.GetBytes(member)];

        public override bool Write(in RecordOrigin origin, RecordBuffer output)
        {
            output.Write(_start);
            output.Write(",\"f\":"u8);
            JsonText.WriteNumber(output, origin.Stream);
            output.Write(",\"e\":"u8);
            JsonText.WriteNumber(output, origin.Epoch);
            output.Write(",\"o\":"u8);
            JsonText.WriteNumber(output, origin.Offset);
            output.Write(",\"l\":"u8);
            JsonText.WriteNumber(output, origin.Length);
            output.Write((byte)'}');
            return true;
        }
    }
}
