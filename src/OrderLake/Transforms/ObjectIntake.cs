using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Shipper.Foundation.Files;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Specification;

namespace Shipper.OrderLake.Transforms;

/// <summary>An object that a run reads, and what became of it.</summary>
/// <param name="number">Its number in this run.</param>
/// <param name="item">The object.</param>
internal sealed class IntakeObject(int number, StoredObject item)
{
    /// <summary>Its number in this run; rows carry it in place of the name.</summary>
    public int Number { get; } = number;

    /// <summary>The object.</summary>
    public StoredObject Item { get; } = item;

    /// <summary>The MD5 of its bytes, in hexadecimal: what S3 calls its ETag.</summary>
    public string ETag { get; set; } = "";

    /// <summary>What it holds.</summary>
    public RawFormat Format { get; set; }

    /// <summary>Its records and rejects.</summary>
    public long Records { get; set; }

    /// <summary>Why it could not be read to its end; null if it was. Then nothing of it is kept, and the next run tries again.</summary>
    public ObjectProblem? Failure { get; set; }

    /// <summary>What is damaged in it; what could be read is kept.</summary>
    public string? Damage { get; set; }
}

/// <summary>
/// Reads objects into the engine, several at a time: each reader has a connection with a temporary table of raw records, which it
/// transforms and empties whenever it is full, so that memory does not grow with the objects.
/// </summary>
internal sealed class ObjectIntake(LakeEngine engine, IObjectStore store, RawFormat format, IntakeStatements statements)
{
    // At about 200 bytes a record, some 50 MB.
    private const long RowsPerSlice = 250_000;

    private readonly ConcurrentBag<ObjectProblem> _problems = [];
    private readonly ConcurrentDictionary<string, long> _additional = new(StringComparer.Ordinal);

    /// <summary>What is wrong with single objects.</summary>
    public IEnumerable<ObjectProblem> Problems =>
        _problems.OrderBy(problem => problem.Object, StringComparer.Ordinal).ThenBy(problem => problem.Line);

    /// <summary>Members that no column is made of, and in how many records they are.</summary>
    public IReadOnlyDictionary<string, long> AdditionalMembers => _additional;

    /// <summary>Lines whose rows must not be kept, by the number of their object.</summary>
    public ConcurrentBag<(int Object, long FromLine, long ToLine)> Distrusted { get; } = [];

    /// <summary>Reads all objects.</summary>
    public async Task ReadAsync(IReadOnlyList<IntakeObject> objects, int readers, CancellationToken stopping)
    {
        var waiting = new ConcurrentQueue<IntakeObject>(objects);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var tasks = Enumerable.Range(0, Math.Min(readers, Math.Max(1, objects.Count)))
            .Select(_ => Task.Run(() => ReadSomeAsync(waiting, ended), ended.Token)).ToList();
        await Task.WhenAll(tasks);
    }

    private async Task ReadSomeAsync(ConcurrentQueue<IntakeObject> waiting, CancellationTokenSource ended)
    {
        try
        {
            using var connection = engine.Duplicate();
            using var slice = new Slice(connection, statements, RowsPerSlice, Distrusted);
            var reader = new RecordReader(statements.Fields, format, slice, statements.Conversion?.EnvelopeMembers);
            while (!ended.IsCancellationRequested && waiting.TryDequeue(out var item))
            {
                await ReadOneAsync(item, reader, slice, ended.Token);
            }

            ended.Token.ThrowIfCancellationRequested();
            slice.Transform();
            foreach (var (name, count) in reader.Additional)
            {
                _additional.AddOrUpdate(name, count, (_, sum) => sum + count);
            }
        }
        catch
        {
            await ended.CancelAsync(); // the others need not go on
            throw;
        }
    }

    private async Task ReadOneAsync(IntakeObject item, RecordReader reader, Slice slice, CancellationToken stopping)
    {
        slice.Begin(item.Number);
        Stream opened;
        try
        {
            opened = await store.OpenAsync(item.Item, stopping);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            Fail(item, 0, exception);
            return;
        }

        var hashed = new HashedStream(opened);
        using var content = new GzipContent(new GzipContent(new GzipContent(hashed)));
        try
        {
            reader.Read(content);
            item.ETag = hashed.Finish();
        }
        catch (RawReadException exception)
        {
            Fail(item, reader.Line, exception.InnerException!);
            return;
        }

        (item.Format, item.Records) = (reader.Format, reader.Records);
        foreach (var (place, reason) in slice.TakeDamages())
        {
            item.Damage ??= reason;
            _problems.Add(new ObjectProblem(
                item.Item.Name,
                place.Line,
                reason,
                "what could be read is kept; put the object there again under another name, if you have it"));
        }
    }

    private void Fail(IntakeObject item, long line, Exception exception)
    {
        var reason = exception is FileNotFoundException or DirectoryNotFoundException ? "vanished"
            : exception is UnauthorizedAccessException ? "no_permission"
            : "unreadable";
        item.Failure = new ObjectProblem(
            item.Item.Name, line, reason, $"{exception.Message}; nothing of it is kept, and the next run tries again");
        _problems.Add(item.Failure);
    }

    /// <summary>Records of a reader that were not transformed yet.</summary>
    private sealed class Slice : IRecordSink, IDisposable
    {
        private const int MostContentBytes = 1000;

        private readonly LakeEngine _connection;
        private readonly IntakeStatements _statements;
        private readonly long _mostRows;
        private readonly List<(RecordPlace Place, string Reason)> _damages = [];
        private readonly int _fields;
        private ChunkAppender _records;
        private ChunkAppender _rejects;
        private int _object;

        private readonly ConcurrentBag<(int Object, long FromLine, long ToLine)> _distrusted;

        public Slice(
            LakeEngine connection,
            IntakeStatements statements,
            long mostRows,
            ConcurrentBag<(int Object, long FromLine, long ToLine)> distrusted)
        {
            _distrusted = distrusted;
            (_connection, _statements, _mostRows, _fields) = (connection, statements, mostRows, statements.Fields.Count);
            connection.Run($"create temp table {statements.RawTable} (object integer, line bigint, record integer, source varchar, "
                + $"content_hash varchar, {string.Join(", ", statements.Fields.Select(field => $"\"{field}\" varchar"))})");
            connection.Run("create temp table raw_rejects (object integer, line bigint, record integer, reason varchar, content varchar)");
            (_records, _rejects) = Append();
        }

        public void Begin(int number)
        {
            _object = number;
            _damages.Clear();
        }

        public List<(RecordPlace Place, string Reason)> TakeDamages() => _damages;

        public void Add(RecordPlace place, RecordFields fields)
        {
            if (fields.IsEnveloped && _statements.Conversion!.Convert(fields) is { } reason)
            {
                Reject(place, reason, fields.Whole.Span);
                return;
            }

            _records.Set(0, _object);
            _records.Set(1, place.Line);
            _records.Set(2, place.Record);
            _records.Set(3, fields.Source);
            _records.Set(4, fields.Source is null ? (ReadOnlyMemory<byte>?)null : HashOf(fields.Whole));
            for (var field = 0; field < _fields; field++)
            {
                _records.Set(5 + field, fields[field]);
            }

            _records.EndRow();
            if (_records.Rows + _rejects.Rows >= _mostRows)
            {
                Transform();
            }
        }

        public void Reject(RecordPlace place, string reason, ReadOnlySpan<byte> content)
        {
            if (content.IsEmpty)
            {
                _damages.Add((place, reason));
            }

            var shown = content.Length > MostContentBytes ? content[..MostContentBytes] : content;
            _rejects.Set(0, _object);
            _rejects.Set(1, place.Line);
            _rejects.Set(2, place.Record);
            _rejects.Set(3, Encoding.UTF8.GetBytes(reason));
            _rejects.Set(4, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(shown).Replace('\0', '\uFFFD'))); // what is no UTF-8 is replaced
            _rejects.EndRow();
            if (_records.Rows + _rejects.Rows >= _mostRows)
            {
                Transform();
            }
        }

        public void Distrust(long fromLine, long toLine) => _distrusted.Add((_object, fromLine, toLine));

        public void Transform()
        {
            _records.Finish();
            _rejects.Finish();
            Dispose();
            foreach (var statement in _statements.Transform)
            {
                _connection.Run(statement);
            }

            _connection.Run($"delete from {_statements.RawTable}");
            _connection.Run("delete from raw_rejects");
            (_records, _rejects) = Append();
        }

        public void Dispose()
        {
            _records.Dispose();
            _rejects.Dispose();
        }

        private (ChunkAppender Records, ChunkAppender Rejects) Append() =>
            (new ChunkAppender(_connection, _statements.RawTable), new ChunkAppender(_connection, "raw_rejects"));

        private static ReadOnlyMemory<byte> HashOf(ReadOnlyMemory<byte> record) =>
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(record.Span)));
    }

    /// <summary>Hashes what is read, and marks errors of the store.</summary>
    private sealed class HashedStream(Stream source) : Stream
    {
#pragma warning disable CA5351 // S3's ETag is an MD5; it identifies content and protects nothing.
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public string Finish()
        {
            var rest = new byte[8192];
            while (Read(rest) > 0)
            {
            }

            return Convert.ToHexStringLower(_hash.GetHashAndReset());
        }

        public override int Read(Span<byte> buffer)
        {
            try
            {
                var read = source.Read(buffer);
                _hash.AppendData(buffer[..read]);
                return read;
            }
            catch (Exception exception) when (exception.IsDiskError())
            {
                throw new RawReadException(exception);
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
                _hash.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class RawReadException(Exception cause) : Exception(cause.Message, cause);
}

/// <summary>How raw records become rows.</summary>
/// <param name="RawTable">The temporary table of raw records.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Transform">The statements that move its records, and those of <c>raw_rejects</c>, to the run's tables.</param>
internal sealed record IntakeStatements(string RawTable, IReadOnlyList<string> Fields, IReadOnlyList<string> Transform)
{
    /// <summary>Makes the fields of records in an envelope; null where there are none.</summary>
    public IRecordConversion? Conversion { get; init; }

    /// <summary>The number as SQL.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The columns of a table as <see cref="TableColumns"/> has them.</summary>
    public static string Columns(string table) => string.Join(", ", TableColumns.NamesOf(table));
}
