using DuckDB.NET.Native;

namespace Shipper.OrderLake.Engine;

/// <summary>
/// Appends rows to a table of the engine, 2,048 at a time, straight into its vectors: text goes there as the UTF-8 that it is.
/// </summary>
internal sealed unsafe class ChunkAppender : IDisposable
{
    private const int RowsPerChunk = 2048;

    private readonly DuckDBAppender _appender;
    private readonly DuckDBDataChunk _chunk;
    private readonly nint[] _vectors;
    private readonly nint[] _data;
    private readonly nint[] _validity;
    private int _row;

    /// <summary>Begins to append to a temporary table of a connection.</summary>
    public ChunkAppender(LakeEngine engine, string table)
    {
        Check(NativeMethods.Appender.DuckDBAppenderCreateExt(
            engine.Connection.NativeConnection, "temp", "main", table, out _appender));
        var columns = (int)NativeMethods.Appender.DuckDBAppenderColumnCount(_appender);
        var types = Enumerable.Range(0, columns)
            .Select(column => NativeMethods.Appender.DuckDBAppenderColumnType(_appender, (ulong)column)).ToList();
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk(
            [.. types.Select(type => type.DangerousGetHandle())], (ulong)columns);
        types.ForEach(type => type.Dispose());
        (_vectors, _data, _validity) = (new nint[columns], new nint[columns], new nint[columns]);
        Prepare();
    }

    /// <summary>Rows that were ended since the start.</summary>
    public long Rows { get; private set; }

    /// <summary>Sets a column of the current row.</summary>
    public void Set(int column, int value) => ((int*)_data[column])[_row] = value;

    /// <inheritdoc cref="Set(int, int)"/>
    public void Set(int column, long value) => ((long*)_data[column])[_row] = value;

    /// <summary>Sets a column of the current row to UTF-8, which must be valid; null sets no value.</summary>
    public void Set(int column, ReadOnlyMemory<byte>? text)
    {
        if (text is { } value)
        {
            fixed (byte* bytes = value.Span)
            {
                byte nothing = 0;
                NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(
                    _vectors[column], (ulong)_row, value.IsEmpty ? &nothing : bytes, value.Length);
            }
        }
        else
        {
            ((ulong*)_validity[column])[_row / 64] &= ~(1UL << (_row % 64));
        }
    }

    /// <summary>Ends the current row.</summary>
    public void EndRow()
    {
        Rows++;
        if (++_row == RowsPerChunk)
        {
            Flush();
        }
    }

    /// <summary>Makes all ended rows visible in the table.</summary>
    public void Finish()
    {
        Flush();
        Check(NativeMethods.Appender.DuckDBAppenderFlush(_appender));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _chunk.Dispose();
        _appender.Dispose();
    }

    private void Flush()
    {
        if (_row > 0)
        {
            NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)_row);
            Check(NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk));
            NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
            _row = 0;
            Prepare();
        }
    }

    private void Prepare()
    {
        for (var column = 0; column < _vectors.Length; column++)
        {
            var vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);
            NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
            _vectors[column] = vector;
            _data[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetData(vector);
            _validity[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        }
    }

    private void Check(DuckDBState state)
    {
        if (state != DuckDBState.Success)
        {
            using var error = NativeMethods.Appender.DuckDBAppenderErrorData(_appender);
            throw new EngineException($"rows cannot be added: {NativeMethods.ErrorData.DuckDBErrorDataMessage(error)}");
        }
    }
}

/// <summary>The engine refuses something.</summary>
/// <param name="message">What it says.</param>
internal sealed class EngineException(string message) : Exception(message);
