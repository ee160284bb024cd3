using Shipper.ObjectStorage;
using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Transforms;

namespace Shipper.OrderLake.Queries;

/// <summary>
/// Which bytes of each stream arrived, which are missing and which came twice, from the provenance in the raw objects alone.
/// </summary>
internal sealed class SourceAudit(IObjectStore store, TransformOptions options)
{
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
        return new AuditResult(LakeReader.Query(engine, AuditSql.Ranges), without, [.. intake.Problems]);
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
