using Shipper.ObjectStorage;
using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Transforms;

namespace Shipper.OrderLake.Queries;

/// <summary>
/// Which bytes of each stream arrived, which are missing and which came twice, from the provenance in the raw objects alone.
/// docs/lake.md has the same as SQL for Athena.
/// </summary>
internal sealed class SourceAudit(IObjectStore store, TransformOptions options)
{
    /// <summary>One row for each range of bytes of a stream: arrived, missing (between what arrived) or twice.</summary>
    public const string Ranges = """
        with spans as (
            select host, state, stream, epoch, first_byte, first_byte + bytes as end_byte,
                max(first_byte + bytes) over (
                    partition by host, state, stream, epoch order by first_byte, bytes
                    rows between unbounded preceding and 1 preceding) as reached
            from provenance_of_records
        ),
        islands as (
            select *, sum(case when first_byte <= reached then 0 else 1 end) over (
                partition by host, state, stream, epoch order by first_byte, end_byte rows unbounded preceding) as island
            from spans
        ),
        arrived as (
            select host, state, stream, epoch, min(first_byte) as first_byte, max(end_byte) as end_byte
            from islands group by host, state, stream, epoch, island
        ),
        missing as (
            select host, state, stream, epoch,
                coalesce(lag(end_byte) over (partition by host, state, stream, epoch order by first_byte), 0) as first_byte,
                first_byte as end_byte
            from arrived
        )
        select host, state, stream, epoch, 'arrived' as what, first_byte, end_byte, end_byte - first_byte as bytes from arrived
        union all
        select host, state, stream, epoch, 'missing', first_byte, end_byte, end_byte - first_byte from missing where end_byte > first_byte
        union all
        select host, state, stream, epoch, 'twice', first_byte, least(end_byte, reached), least(end_byte, reached) - first_byte
        from spans where first_byte < reached and end_byte > first_byte
        order by 1, 2, 3, 4, 6, 5
        """;

    /// <summary>Reads all objects and lists the ranges; those without provenance are counted.</summary>
    /// <param name="spillDirectory">Where the engine writes what does not fit into memory.</param>
    /// <param name="stopping">Ends the reading.</param>
    public async Task<AuditResult> RunAsync(string spillDirectory, CancellationToken stopping)
    {
        var objects = (await store.ListAsync(stopping)).Select((item, number) => new IntakeObject(number, item)).ToList();
        using var engine = LakeEngine.Start(options.MemoryLimit, options.Threads, spillDirectory);
        engine.Run("create table sources (source varchar, records bigint)");
        engine.Run("create table rejected (object integer, line bigint, record integer, reason varchar, content varchar)");
        var intake = new ObjectIntake(engine, store, options.Format, new IntakeStatements("raw_records", ["payload"],
        [
            "insert into sources select source, 1 from raw_records",
            "insert into rejected by name select * from raw_rejects",
        ]));
        await intake.ReadAsync(objects, options.Threads, stopping);
        engine.Run("""
            create view provenance_of_records as
            select source->>'$.h' as host, source->>'$.s' as state, source->>'$.f' as stream, source->>'$.e' as epoch,
                try_cast(source->>'$.o' as bigint) as first_byte, try_cast(source->>'$.l' as bigint) as bytes
            from sources where source is not null and json_valid(source)
                and try_cast(source->>'$.o' as bigint) is not null and try_cast(source->>'$.l' as bigint) is not null
            """);
        var without = engine.Read(
            "select (select count(*) from sources) - (select count(*) from provenance_of_records) + (select count(*) from rejected)",
            row => row.GetInt64(0)).Single();
        return new AuditResult(LakeReader.Query(engine, Ranges), without, [.. intake.Problems]);
    }
}

/// <summary>What an audit found.</summary>
/// <param name="Ranges">The ranges of bytes.</param>
/// <param name="Without">Records that have no provenance, or none that can be read.</param>
/// <param name="Problems">What is wrong with single objects.</param>
internal sealed record AuditResult(QueryResult Ranges, long Without, IReadOnlyList<ObjectProblem> Problems)
{
    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => Problems.Count == 0 && !Ranges.Rows.Any(row => row[4] is "missing");
}
